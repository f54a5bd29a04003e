import { Injectable } from '@nestjs/common';
import { type ModelName, recordId } from '#libs/model';
import { type Queryable, Recordset, type RecordOf, type Statement } from '#libs/store';
import type { StoredPart } from './fold-parts.js';
import type { RecordScope } from './record-change.js';

const PAGE = new Recordset({ id: 'text', remote_id: 'text', hash: 'bytea' }, 4);

const WRITTEN = new Recordset(
  {
    id: 'text',
    remote_id: 'text',
    hash: 'bytea',
    data: 'text',
    own: 'text',
    raw: 'text',
    candidate_ref: 'text',
    application_ref: 'text',
    job_ref: 'text',
    email: 'text',
    remote_created_at: 'timestamptz',
    remote_updated_at: 'timestamptz',
    first_seen_at: 'timestamptz',
    changed_at: 'timestamptz',
  },
  4,
);

/** A row of `records` about to be written; JSON as its text. */
export type WrittenRecord = RecordOf<typeof WRITTEN>;

/** What is there of a record that may have to be written. `hash` is null when there is nothing. */
export interface FoundRecord {
  id: string;
  remote_id: string;
  hash: Buffer | null;
  data: Record<string, unknown> | null;
  own: Record<string, unknown> | null;
  remote_created_at: Date | null;
  remote_updated_at: Date | null;
  first_seen_at: Date | null;
  changed_at: Date | null;
  deleted_at: Date | null;
  parts: StoredPart[] | null;
  /** The ATS's own row; only where it was asked for. */
  raw?: unknown;
}

// A statement of its own: what comes after it must see what those it waited for have committed. Who writes to one model of
// an integration is alone until the end of the transaction, so times and `seq` are in the order of the commits.
//
// Statements are planned once, often on the small table of a first sync, where reading all of it is cheapest, or any index as
// good as another; kept as the table grows, such a plan reads all of it for every row of every page (measured: 100
// rows/s). So reading all of it is ruled out, every look into a table is LATERAL, not a join, and goes by the id alone, which
// only one index has; OFFSET 0 keeps the other conditions out of that.
const LOCK: Statement = {
  name: 'records_lock',
  text: `
    WITH l AS MATERIALIZED (
      SELECT set_config('enable_seqscan', 'off', true),
        pg_advisory_xact_lock(hashtextextended('records ' || $1::text || ' ' || $2::text, 0)))
    SELECT date_trunc('milliseconds', clock_timestamp()) AS at FROM l`,
};

const FOUND = `r.hash, r.data, r.own, r.remote_created_at, r.remote_updated_at, r.first_seen_at, r.changed_at, r.deleted_at`;
const PARTS = `
  (SELECT json_agg(json_build_object('part', p.part, 'remoteId', p.remote_id, 'field', p.field, 'value', p.value))
   FROM record_parts p WHERE p.account_id = $1 AND p.record_id = d.id) AS parts`;
const THE_RECORD = `
  SELECT t.* FROM (SELECT r.ctid, r.* FROM records r WHERE r.id = d.id OFFSET 0) t
  WHERE t.account_id = $1 AND t.integration_id = $2 AND t.model = $3`;

const findingDifferent = (name: string, columns: string): Statement => ({
  name,
  text: `
    WITH d AS MATERIALIZED (SELECT * FROM ${PAGE.sql('d')}),
    readable AS (
      DELETE FROM unreadable_records WHERE ctid = ANY (ARRAY (
        SELECT u.ctid FROM d CROSS JOIN LATERAL (
          SELECT u.ctid FROM unreadable_records u WHERE u.account_id = $1 AND u.integration_id = $2 AND u.model = $3
            AND u.part = '' AND u.row_key = d.remote_id LIMIT 1) u
        WHERE EXISTS (SELECT FROM unreadable_records u WHERE u.account_id = $1 AND u.integration_id = $2
          AND u.model = $3 AND u.part = '')))
    )
    SELECT d.id, d.remote_id, ${columns}, ${PARTS}
    FROM d LEFT JOIN LATERAL (SELECT r.* FROM records r WHERE r.id = d.id OFFSET 0) r ON true
    WHERE r.id IS NULL OR ((r.hash IS DISTINCT FROM d.hash OR r.deleted_at IS NOT NULL)
      AND r.account_id = $1 AND r.integration_id = $2 AND r.model = $3)`,
});
const FIND_DIFFERENT = findingDifferent('records_find_different', FOUND);
const FIND_DIFFERENT_WITH_RAW = findingDifferent('records_find_different_with_raw', `${FOUND}, r.raw`);

const FIND_WITH_PARTS: Statement = {
  name: 'records_find_with_parts',
  text: `
    SELECT d.id, r.remote_id, ${FOUND}, ${PARTS}
    FROM unnest((SELECT $4::text[])) AS d (id) CROSS JOIN LATERAL (${THE_RECORD}) r
    WHERE r.deleted_at IS NULL`,
};

const COLUMNS = `id, remote_id, hash, data, own, raw, candidate_ref, application_ref, job_ref, email,
  remote_created_at, remote_updated_at, first_seen_at, changed_at`;
const FOLDED = ['data', 'own', 'candidate_ref', 'application_ref', 'job_ref', 'email', 'changed_at'];
const READ = ['hash', 'raw', 'remote_created_at', 'remote_updated_at'];

const INSERTING = `
    INSERT INTO records (account_id, integration_id, model, ${COLUMNS})
    SELECT $1, $2, $3, d.id, d.remote_id, d.hash, d.data::jsonb, d.own::jsonb, d.raw::json, d.candidate_ref,
      d.application_ref, d.job_ref, d.email, d.remote_created_at, d.remote_updated_at, d.first_seen_at, d.changed_at
    FROM ${WRITTEN.sql('d')}`;
/** For what is not there. ON CONFLICT would look for each row first and insert it in two steps: twice the work. */
const INSERT: Statement = { name: 'records_insert', text: INSERTING };
/** ON CONFLICT for rows known to be there: it finds them through the index, whatever the planner believes. */
const writing = (name: string, sets: readonly string[], more = ''): Statement => ({
  name,
  text: `${INSERTING}
    ON CONFLICT (integration_id, model, remote_id) DO UPDATE
    SET ${sets.map((column) => `${column} = excluded.${column}`).join(', ')}${more}
    WHERE records.account_id = excluded.account_id`,
});
const WRITE = writing('records_write', [...READ, ...FOLDED], ', deleted_at = NULL');
const WRITE_FOLDED = writing('records_write_folded', FOLDED);

const BURY: Statement = {
  name: 'records_bury',
  text: `
    WITH d AS MATERIALIZED (SELECT * FROM unnest((SELECT $4::text[]), $6::text[]) AS d (remote_id, id)),
    forgotten AS (
      DELETE FROM unreadable_records WHERE ctid = ANY (ARRAY (
        SELECT u.ctid FROM d CROSS JOIN LATERAL (
          SELECT u.ctid FROM unreadable_records u WHERE u.account_id = $1 AND u.integration_id = $2 AND u.model = $3
            AND u.part = '' AND u.row_key = d.remote_id LIMIT 1) u))
    )
    UPDATE records SET deleted_at = $5, changed_at = $5
    WHERE ctid = ANY (ARRAY (SELECT r.ctid FROM d CROSS JOIN LATERAL (${THE_RECORD}) r
      WHERE r.deleted_at IS NULL))
    RETURNING remote_id, data, first_seen_at`,
};

/** The statements that write `records`; all of them within the caller's transaction, after {@link lock}. */
@Injectable()
export class RecordsRepository {
  /** Waits until nobody else writes to this model of the integration. Returns the database's time then. */
  async lock(tx: Queryable, { integrationId }: RecordScope, model: ModelName): Promise<Date> {
    const [row] = await tx.query<{ at: Date }>(LOCK, [integrationId, model]);
    return row!.at;
  }

  /**
   * What is stored of those rows of a page that are not stored exactly so, with their parts; rows that are not named are
   * unchanged. Takes all of them, being readable, from what was put aside.
   */
  findDifferent(
    tx: Queryable,
    scope: RecordScope,
    model: ModelName,
    { page, withRaw }: { page: readonly { id: string; remoteId: string; hash: Buffer }[]; withRaw: boolean },
  ): Promise<FoundRecord[]> {
    const rows = page.map(({ id, remoteId, hash }) => ({ id, remote_id: remoteId, hash }));
    return tx.query(withRaw ? FIND_DIFFERENT_WITH_RAW : FIND_DIFFERENT, [...key(scope, model), ...PAGE.values(rows)]);
  }

  /** Those of the records, by our ids, that are there and not deleted, with their parts. */
  findWithParts(tx: Queryable, scope: RecordScope, model: ModelName, ids: readonly string[]): Promise<FoundRecord[]> {
    return tx.query(FIND_WITH_PARTS, [...key(scope, model), ids]);
  }

  /** Inserts records that were not found. */
  insert(tx: Queryable, scope: RecordScope, model: ModelName, records: readonly WrittenRecord[]): Promise<void> {
    return this.put(INSERT, tx, [key(scope, model), records]);
  }

  /** Overwrites records with what the ATS has now; they are alive. `folded`: only what their parts make of them. */
  write(
    tx: Queryable,
    scope: RecordScope,
    model: ModelName,
    { records, folded = false }: { records: readonly WrittenRecord[]; folded?: boolean },
  ): Promise<void> {
    return this.put(folded ? WRITE_FOLDED : WRITE, tx, [key(scope, model), records]);
  }

  /** Makes tombstones of those that are alive, and returns them. */
  bury(
    tx: Queryable,
    scope: RecordScope,
    model: ModelName,
    { remoteIds, at }: { remoteIds: readonly string[]; at: Date },
  ): Promise<{ remote_id: string; data: Record<string, unknown>; first_seen_at: Date }[]> {
    const ids = remoteIds.map((remoteId) => idOf(scope, model, remoteId));
    return tx.query(BURY, [...key(scope, model), remoteIds, at, ids]);
  }

  private async put(
    statement: Statement,
    tx: Queryable,
    [of, records]: [string[], readonly WrittenRecord[]],
  ): Promise<void> {
    if (records.length > 0) await tx.query(statement, [...of, ...WRITTEN.values(records)]);
  }
}

function key({ accountId, integrationId }: RecordScope, model: ModelName): string[] {
  return [accountId, integrationId, model];
}

function idOf({ integrationId }: RecordScope, model: ModelName, remoteId: string): string {
  return recordId(integrationId, model, remoteId);
}

/** The columns that follow from the content of a record. `json`: that content, where it is at hand. */
export function columnsOf(
  { integrationId }: RecordScope,
  { id, remote_id }: FoundRecord,
  data: Readonly<Record<string, unknown>>,
  json: string = JSON.stringify(data),
): Omit<WrittenRecord, 'hash' | 'own' | 'raw' | 'first_seen_at' | 'changed_at'> {
  const ref = (of: ModelName, value: unknown) =>
    typeof value === 'string' ? recordId(integrationId, of, value) : null;
  return {
    id,
    remote_id,
    data: json,
    candidate_ref: ref('candidates', data.candidateRemoteId),
    application_ref: ref('applications', data.applicationRemoteId),
    job_ref: ref('jobs', data.jobRemoteId),
    email: emailOf(data),
    remote_created_at: timeOf(data.remoteCreatedAt),
    remote_updated_at: timeOf(data.remoteUpdatedAt),
  };
}

const MOST_EMAIL = 320;

/** The first e-mail address in lower case; one that is too long to be one could break the index. */
function emailOf({ emails, email }: Readonly<Record<string, unknown>>): string | null {
  const first: unknown = Array.isArray(emails) ? emails[0] : undefined;
  const found = (first as { value?: unknown } | undefined)?.value ?? first ?? email;
  return typeof found === 'string' && found !== '' && found.length <= MOST_EMAIL ? found.toLowerCase() : null;
}

const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment, or null for what is none or lies outside of what PostgreSQL can keep. */
export function timeOf(value: unknown): Date | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return ms >= EARLIEST && ms <= LATEST ? new Date(ms) : null;
}
