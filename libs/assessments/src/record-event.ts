import { randomUUID } from 'node:crypto';
import { renderEnvelope } from '#libs/events';
import { newEventId } from '#libs/model';
import { type RecordSource, recordWith } from './record.js';
import type { Change } from './state-machine.js';

/** An event with the text whose bytes are signed and sent. */
export interface RenderedEvent {
  id: string;
  type: 'record.new' | 'record.modified';
  payload: string;
}

/** Holds the place of `originData`, whose text is put in as it came; nobody outside can know it. */
const ORIGIN_DATA = randomUUID();

/** The event that tells of a record: `record.new`, or with `changes` `record.modified`. */
export function renderRecordEvent(record: RecordSource, changes: Record<string, Change> | null = null): RenderedEvent {
  const id = newEventId();
  const type = changes ? 'record.modified' : 'record.new';
  const payload = renderEnvelope({
    eventId: id,
    eventType: type,
    eventData: { candidateAssessment: recordWith(record, ORIGIN_DATA), ...(changes ? { changes } : {}) },
    recordId: record.id,
    syncDataType: 'ats_assessments',
  }).replace(JSON.stringify(ORIGIN_DATA), () => record.originText);
  return { id, type, payload };
}
