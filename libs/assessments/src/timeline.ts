import { newId } from '#libs/model';
import type { Queryable } from '#libs/store';

/** ORDERED and RESUME are read off the assessment and its file; the others are written down when they happen. */
export const TIMELINE_TYPES = [
  'ORDERED',
  'STATUS',
  'RESULT',
  'RESET',
  'WRITEBACK',
  'FETCHED',
  'RESPONSE_ERROR',
  'RESUME',
] as const;
export type TimelineType = (typeof TIMELINE_TYPES)[number];

/** One thing that happened to an assessment. */
export interface TimelineEntry {
  accountId: string;
  assessmentId: string;
  type: TimelineType;
  data: Record<string, unknown>;
}

/** Writes entries down, in their order. */
export async function appendToTimeline(tx: Queryable, entries: readonly TimelineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `INSERT INTO assessment_timeline (id, assessment_id, account_id, type, data)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::json[])`,
    [
      timelineIds(entries.length),
      entries.map(({ assessmentId }) => assessmentId),
      entries.map(({ accountId }) => accountId),
      entries.map(({ type }) => type),
      entries.map(({ data }) => JSON.stringify(data)),
    ],
  );
}

/** Ids made in the same millisecond are in no order; sorted they are in that of the entries. */
function timelineIds(count: number): string[] {
  return Array.from({ length: count }, () => newId('timeline')).sort();
}
