import { Injectable } from '@nestjs/common';
import { type Queryable, Recordset, type Statement } from '#libs/store';
import type { RecordScope } from './record-change.js';

const ROWS = new Recordset({ remote_id: 'text', record_id: 'text', field: 'text', value: 'text' }, 6);

/** Which part of which model. */
export interface PartOf {
  part: string;
  model: string;
}

/** A row of `record_parts`; `value` as JSON. */
export interface PartRow {
  remoteId: string;
  /** Our id of the record it is a part of. */
  recordId: string;
  field: string | null;
  value: string;
}

const INSERTING = `
      INSERT INTO record_parts (account_id, integration_id, part, remote_id, model, record_id, field, value, first_seen_at)
      SELECT $1, $2, $3, remote_id, $4, record_id, field, value::jsonb, $5 FROM different`;

// What is not there is inserted as such: ON CONFLICT would look for each row first and insert it in two steps.
// The parents before and after: a part that moved from one to another changes both.
const SAVE: Statement = {
  name: 'record_parts_save',
  text: `
    WITH d AS MATERIALIZED (SELECT * FROM ${ROWS.sql('d')}),
    readable AS (
      DELETE FROM unreadable_records WHERE ctid = ANY (ARRAY (
        SELECT u.ctid FROM d CROSS JOIN LATERAL (
          SELECT u.ctid FROM unreadable_records u WHERE u.account_id = $1 AND u.integration_id = $2 AND u.model = $4
            AND u.part = $3 AND u.row_key = d.remote_id LIMIT 1) u
        WHERE EXISTS (SELECT FROM unreadable_records u WHERE u.account_id = $1 AND u.integration_id = $2
          AND u.model = $4 AND u.part = $3)))
    ),
    different AS MATERIALIZED (
      SELECT d.*, p.record_id AS former FROM d LEFT JOIN LATERAL (
        SELECT p.account_id, p.record_id, p.field, p.value FROM record_parts p
        WHERE p.integration_id = $2 AND p.part = $3 AND p.remote_id = d.remote_id LIMIT 1) p ON true
      WHERE p.record_id IS NULL
        OR (p.account_id = $1 AND (p.record_id, p.field, p.value) IS DISTINCT FROM (d.record_id, d.field, d.value::jsonb))
    ),
    inserted AS (${INSERTING} WHERE former IS NULL),
    overwritten AS (${INSERTING} WHERE former IS NOT NULL
      ON CONFLICT (integration_id, part, remote_id) DO UPDATE
      SET model = excluded.model, record_id = excluded.record_id, field = excluded.field, value = excluded.value
      WHERE record_parts.account_id = excluded.account_id
    )
    SELECT record_id, former FROM different`,
};

const REMOVE: Statement = {
  name: 'record_parts_remove',
  text: `
    DELETE FROM record_parts WHERE ctid = ANY (ARRAY (
      SELECT p.ctid FROM unnest((SELECT $4::text[])) AS d (remote_id) CROSS JOIN LATERAL (
        SELECT p.ctid FROM record_parts p
        WHERE p.account_id = $1 AND p.integration_id = $2 AND p.part = $3 AND p.remote_id = d.remote_id LIMIT 1) p))
    RETURNING record_id`,
};

const REMOVE_OTHERS: Statement = {
  name: 'record_parts_remove_others',
  text: `
    DELETE FROM record_parts WHERE ctid = ANY (ARRAY (
      SELECT p.ctid FROM unnest((SELECT $4::text[])) AS d (record_id) CROSS JOIN LATERAL (
        SELECT p.* , p.ctid FROM record_parts p WHERE p.account_id = $1 AND p.record_id = d.record_id OFFSET 0) p
      WHERE p.integration_id = $2 AND p.part = $3 AND p.remote_id <> ALL ($5)))
    RETURNING record_id`,
};

/** The statements on `record_parts`; whoever writes holds the lock of the parents' model. */
@Injectable()
export class PartsRepository {
  /**
   * Returns the ids of the records that have other parts now, and how many rows were different. Takes all of them, being
   * readable, from what was put aside.
   */
  async save(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    { part, model }: PartOf,
    { rows, at }: { rows: readonly PartRow[]; at: Date },
  ): Promise<{ parents: string[]; different: number }> {
    const values = rows.map(({ remoteId, recordId, field, value }) => ({
      remote_id: remoteId,
      record_id: recordId,
      field,
      value,
    }));
    const parameters = [accountId, integrationId, part, model, at, ...ROWS.values(values)];
    const different = await tx.query<{ record_id: string; former: string | null }>(SAVE, parameters);
    const parents = different.flatMap(({ record_id, former }) => (former === null ? [record_id] : [record_id, former]));
    return { parents, different: different.length };
  }

  /** Returns the ids of the records they were parts of. */
  async remove(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    { part }: PartOf,
    remoteIds: readonly string[],
  ): Promise<string[]> {
    return parentsIn(await tx.query(REMOVE, [accountId, integrationId, part, remoteIds]));
  }

  /** Of the part of some records, by our ids, removes all rows but `keep`. Returns the ids of the records that had others. */
  async removeOthers(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    { part }: PartOf,
    { recordIds, keep }: { recordIds: readonly string[]; keep: readonly string[] },
  ): Promise<string[]> {
    return parentsIn(await tx.query(REMOVE_OTHERS, [accountId, integrationId, part, recordIds, keep]));
  }
}

function parentsIn(rows: readonly { record_id: string }[]): string[] {
  return rows.map(({ record_id }) => record_id);
}
