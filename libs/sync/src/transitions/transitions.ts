import { Injectable } from '@nestjs/common';
import { newId, recordId } from '#libs/model';
import type { RecordChange, RecordScope } from '#libs/records';
import { Database, type Queryable } from '#libs/store';

/** How the hub came to know of a change. */
export const SEEN_VIA = ['UPSTREAM_WEBHOOK', 'SYNC', 'HUB_WRITE'] as const;
export type SeenVia = (typeof SEEN_VIA)[number];
export const TRANSITION_KINDS = ['STAGE', 'STATUS'] as const;
export type TransitionKind = (typeof TRANSITION_KINDS)[number];

/** A change of stage or status, with what it was before and after. */
export interface Transition {
  id: string;
  kind: TransitionKind;
  from: Record<string, unknown> | null;
  to: Record<string, unknown> | null;
  /** As the ATS says; null when it does not. */
  occurredAt: Date | null;
  detectedAt: Date;
  seenVia: SeenVia;
}

const INSERT = {
  name: 'transitions_insert',
  text: `
    INSERT INTO transitions (id, account_id, integration_id, application_id, kind, "from", "to", occurred_at, seen_via)
    SELECT t.id, $1, $2, t.application_id, t.kind, t."from", t."to", t.occurred_at, $9
    FROM unnest($3::text[], $4::text[], $5::text[], $6::json[], $7::json[], $8::timestamptz[])
      AS t (id, application_id, kind, "from", "to", occurred_at)`,
};

const PAGE = `
  SELECT id, kind, "from", "to", occurred_at AS "occurredAt", detected_at AS "detectedAt", seen_via AS "seenVia"
  FROM transitions
  WHERE account_id = $1 AND application_id = $2 AND ($3::text IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`;

/** The history of applications, as far as the hub saw it happen. */
@Injectable()
export class Transitions {
  constructor(private readonly database: Database) {}

  /** Keeps what applications among the changes have gone through, in the transaction that changes them. */
  async record(tx: Queryable, scope: RecordScope, changes: readonly RecordChange[], via: SeenVia): Promise<void> {
    const found = changes.flatMap((change) => transitionsOf(scope.integrationId, change));
    if (found.length === 0) return;
    await tx.query(INSERT, [
      scope.accountId,
      scope.integrationId,
      found.map(() => newId('transition')),
      found.map(({ applicationId }) => applicationId),
      found.map(({ kind }) => kind),
      found.map(({ from }) => JSON.stringify(from)),
      found.map(({ to }) => JSON.stringify(to)),
      found.map(({ occurredAt }) => occurredAt),
      via,
    ]);
  }

  /** Newest first, from below the id `before`. */
  findPage(accountId: string, applicationId: string, page: { before: string | null; limit: number }) {
    return this.database.query<Transition>(PAGE, [accountId, applicationId, page.before, page.limit]);
  }

  /** Whether the account has this application, deleted or not. */
  async hasApplication(accountId: string, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM records WHERE account_id = $1 AND id = $2 AND model = 'applications'`,
      [accountId, id],
    );
    return rows.length > 0;
  }
}

interface FoundTransition {
  applicationId: string;
  kind: TransitionKind;
  from: Record<string, unknown> | null;
  to: Record<string, unknown> | null;
  occurredAt: string | null;
}

function transitionsOf(integrationId: string, { kind, model, id, changes, record }: RecordChange): FoundTransition[] {
  if (kind !== 'modified' || model !== 'applications') return [];
  const found: FoundTransition[] = [];
  const { stageRemoteId, stageName, status } = changes;
  if (stageRemoteId) {
    const from = stageOf(integrationId, stageRemoteId.from, stageName ? stageName.from : record.stageName);
    const to = stageOf(integrationId, stageRemoteId.to, record.stageName);
    found.push({ applicationId: id, kind: 'STAGE', from, to, occurredAt: timeOf(record, 'lastActivityAt') });
  }
  if (status && valueOf(status.from) !== valueOf(status.to)) {
    const { from, to } = status as { from: Record<string, unknown> | null; to: Record<string, unknown> | null };
    found.push({ applicationId: id, kind: 'STATUS', from, to, occurredAt: timeOfStatus(record, valueOf(to)) });
  }
  return found;
}

function stageOf(integrationId: string, remoteId: unknown, name: unknown): Record<string, unknown> | null {
  if (typeof remoteId !== 'string') return null;
  return {
    id: recordId(integrationId, 'job-stages', remoteId),
    remoteId,
    name: typeof name === 'string' ? name : null,
  };
}

function valueOf(status: unknown): string {
  const { value, raw } = (status ?? {}) as { value?: unknown; raw?: unknown };
  return JSON.stringify([value ?? null, raw ?? null]);
}

function timeOfStatus(record: Record<string, unknown>, status: string): string | null {
  const [value] = JSON.parse(status) as [unknown];
  const own = value === 'REJECTED' ? 'rejectedAt' : value === 'HIRED' ? 'hiredAt' : 'lastActivityAt';
  return timeOf(record, own) ?? timeOf(record, 'lastActivityAt');
}

function timeOf(record: Record<string, unknown>, field: string): string | null {
  const time = record[field] ?? record.remoteUpdatedAt;
  return typeof time === 'string' && !Number.isNaN(Date.parse(time)) ? time : null;
}
