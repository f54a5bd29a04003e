import { Injectable } from '@nestjs/common';
import type { ModelName } from '#libs/model';
import { Database, type Queryable, type Statement } from '#libs/store';
import type { RecordScope, StoredRecord } from './record-change.js';

/** Columns of `records`, alias `r`, of which {@link toStoredRecord} makes a record; for statements of other lists. */
export const STORED_COLUMNS =
  'r.id, r.integration_id, r.model, r.remote_id, r.data, r.first_seen_at, r.changed_at, r.deleted_at';

/** A row with {@link STORED_COLUMNS}. */
export interface StoredRow {
  id: string;
  integration_id: string;
  model: ModelName;
  remote_id: string;
  data: Record<string, unknown>;
  first_seen_at: Date;
  changed_at: Date;
  deleted_at: Date | null;
}

/** The record in a row of {@link STORED_COLUMNS}. */
export function toStoredRecord(row: StoredRow): StoredRecord {
  return {
    id: row.id,
    integrationId: row.integration_id,
    model: row.model,
    remoteId: row.remote_id,
    data: row.data,
    firstSeenAt: row.first_seen_at,
    changedAt: row.changed_at,
    deletedAt: row.deleted_at,
  };
}

const FIND: Statement = {
  name: 'records_find',
  text: `
    SELECT ${STORED_COLUMNS} FROM unnest((SELECT $3::text[])) AS d (id)
    CROSS JOIN LATERAL (SELECT * FROM records r WHERE r.id = d.id LIMIT 1) r
    WHERE r.account_id = $1 AND r.integration_id = $2`,
};

const RAW: Statement = {
  name: 'records_raw',
  text: `
    SELECT r.id, r.raw FROM unnest((SELECT $3::text[])) AS d (id)
    CROSS JOIN LATERAL (SELECT * FROM records r WHERE r.id = d.id LIMIT 1) r
    WHERE r.account_id = $1 AND r.integration_id = $2`,
};

const ALIAS: Statement = {
  name: 'records_alias',
  text: `
    SELECT a.into_remote_id FROM records r JOIN record_aliases a
      ON a.account_id = r.account_id AND a.integration_id = r.integration_id AND a.model = r.model AND a.remote_id = r.remote_id
    WHERE r.account_id = $1 AND r.integration_id = $2 AND r.model = $3 AND r.id = $4`,
};

/** The rows of the ATS behind records, by id; null where the row was too large to be kept. */
export async function findRaw(
  on: Queryable,
  { accountId, integrationId }: RecordScope,
  ids: readonly string[],
): Promise<Map<string, unknown>> {
  const rows = await on.query<{ id: string; raw: unknown }>(RAW, [accountId, integrationId, ids]);
  return new Map(rows.map(({ id, raw }) => [id, raw]));
}

/** Single records out of the mirror. Nothing here asks the ATS. */
@Injectable()
export class RecordReader {
  constructor(private readonly database: Database) {}

  /** Those of the ids that are there, of whatever model, deleted ones too; in no order. At most a page of ids. */
  async find({ accountId, integrationId }: RecordScope, ids: readonly string[]): Promise<StoredRecord[]> {
    const rows = await this.database.query<StoredRow>(FIND, [accountId, integrationId, ids]);
    return rows.map(toStoredRecord);
  }

  /** The rows of the ATS behind records, by id; null where the row was too large to be kept. */
  findRaw(scope: RecordScope, ids: readonly string[]): Promise<Map<string, unknown>> {
    return findRaw(this.database, scope, ids);
  }

  /** The remote id under which a record lives on that the ATS merged into another, or null. */
  async findMergedInto(
    { accountId, integrationId }: RecordScope,
    model: ModelName,
    id: string,
  ): Promise<string | null> {
    const [row] = await this.database.query<{ into_remote_id: string }>(ALIAS, [accountId, integrationId, model, id]);
    return row?.into_remote_id ?? null;
  }
}
