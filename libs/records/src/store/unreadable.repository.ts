import { Injectable } from '@nestjs/common';
import type { ModelName } from '#libs/model';
import { type Queryable, Recordset, type Statement } from '#libs/store';
import type { PutAside } from './readable-rows.js';
import type { RecordScope } from './record-change.js';

const ASIDE = new Recordset({ row_key: 'text', remote_id: 'text', reason: 'text', raw: 'text' }, 6);

const PUT: Statement = {
  name: 'unreadable_records_put',
  text: `
    INSERT INTO unreadable_records
      (account_id, integration_id, model, part, row_key, remote_id, reason, raw, first_at, last_at)
    SELECT $1, $2, $3, $4, d.row_key, d.remote_id, d.reason, d.raw::json, $5::timestamptz, $5::timestamptz
    FROM ${ASIDE.sql('d')}
    ON CONFLICT (integration_id, model, part, row_key) DO UPDATE
    SET reason = excluded.reason, raw = excluded.raw, last_at = excluded.last_at, count = unreadable_records.count + 1
    WHERE unreadable_records.account_id = excluded.account_id`,
};

const READABLE: Statement = {
  name: 'unreadable_records_readable',
  text: `
    DELETE FROM unreadable_records WHERE ctid = ANY (ARRAY (
      SELECT u.ctid FROM unnest((SELECT $5::text[])) AS d (row_key) CROSS JOIN LATERAL (
        SELECT u.ctid FROM unreadable_records u WHERE u.account_id = $1 AND u.integration_id = $2 AND u.model = $3
          AND u.part = $4 AND u.row_key = d.row_key LIMIT 1) u
      WHERE EXISTS (SELECT FROM unreadable_records u WHERE u.account_id = $1 AND u.integration_id = $2 AND u.model = $3
        AND u.part = $4)))`,
};

const FORGET: Statement = {
  name: 'unreadable_records_forget',
  text: `
    DELETE FROM unreadable_records
    WHERE account_id = $1 AND integration_id = $2 AND model = $3 AND part = $4 AND last_at < $5`,
};

/** Rows of a model (`part` empty) or of one of its parts. */
export interface UnreadableOf {
  model: ModelName;
  part: string;
}

/** Rows that could not be read, put aside until they can. */
@Injectable()
export class UnreadableRepository {
  async put(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    { model, part, at, rows }: UnreadableOf & { at: Date; rows: readonly PutAside[] },
  ): Promise<void> {
    if (rows.length === 0) return;
    const latest = [...new Map(rows.map((row) => [row.rowKey, row])).values()];
    const values = latest.map(({ rowKey, remoteId, reason, raw }) => ({
      row_key: rowKey,
      remote_id: remoteId,
      reason,
      raw,
    }));
    await tx.query(PUT, [accountId, integrationId, model, part, at, ...ASIDE.values(values)]);
  }

  /** Takes back what can be read now. */
  async release(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    { model, part }: UnreadableOf,
    remoteIds: readonly string[],
  ): Promise<void> {
    if (remoteIds.length > 0) await tx.query(READABLE, [accountId, integrationId, model, part, remoteIds]);
  }

  /** Forgets what was last met before a moment: after the whole list was read, these rows are no longer in it. */
  async forget(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    { model, part, before }: UnreadableOf & { before: Date },
  ): Promise<void> {
    await tx.query(FORGET, [accountId, integrationId, model, part, before]);
  }
}
