import { Injectable } from '@nestjs/common';
import type { RecordScope } from '#libs/records';
import { Database, type Queryable, type Statement } from '#libs/store';
import type { MatchedBy, UserMapping, WantedMapping } from './user-mapping.js';

/** More users than any product has of one customer. */
export const MOST_MAPPINGS = 100_000;

interface MappingRow {
  external_user_id: string;
  user_id: string | null;
  user_name: string | null;
  email: string | null;
  matched_by: MatchedBy | null;
  created_at: Date;
  updated_at: Date;
}

const NAME = `coalesce(r.data ->> 'fullName', nullif(concat_ws(' ', r.data ->> 'firstName', r.data ->> 'lastName'), ''))`;
const COLUMNS = `m.external_user_id, m.user_id, ${NAME} AS user_name, m.email, m.matched_by, m.created_at, m.updated_at`;
const FROM = `
  FROM user_mappings m
  LEFT JOIN records r ON r.id = m.user_id AND r.account_id = m.account_id AND r.integration_id = m.integration_id`;

const PAGE: Statement = {
  name: 'user_mappings_page',
  text: `
    SELECT ${COLUMNS} ${FROM}
    WHERE m.account_id = $1 AND m.integration_id = $2 AND ($3::text IS NULL OR m.external_user_id > $3)
      AND ($4::boolean IS NULL OR (m.user_id IS NOT NULL) = $4)
    ORDER BY m.external_user_id LIMIT $5`,
};
const FIND: Statement = {
  name: 'user_mappings_find',
  text: `SELECT ${COLUMNS} ${FROM} WHERE m.account_id = $1 AND m.integration_id = $2 AND m.external_user_id = $3`,
};
const COUNT: Statement = {
  name: 'user_mappings_count',
  text: `
    SELECT count(*)::int AS total, count(*) FILTER (WHERE user_id IS NULL)::int AS unmatched
    FROM user_mappings WHERE account_id = $1 AND integration_id = $2`,
};
// Whoever is matched already stays so while the address is the same.
const SAVE: Statement = {
  name: 'user_mappings_save',
  text: `
    INSERT INTO user_mappings AS m (account_id, integration_id, external_user_id, user_id, email, matched_by)
    SELECT $1, $2, d.external_user_id, d.user_id, d.email, CASE WHEN d.user_id IS NOT NULL THEN 'USER_ID' END
    FROM unnest($3::text[], $4::text[], $5::text[]) AS d (external_user_id, user_id, email)
    ON CONFLICT (integration_id, external_user_id) DO UPDATE SET
      user_id = CASE WHEN excluded.user_id IS NULL AND lower(m.email) = lower(excluded.email) THEN m.user_id
                     ELSE excluded.user_id END,
      matched_by = CASE WHEN excluded.user_id IS NULL AND lower(m.email) = lower(excluded.email) THEN m.matched_by
                        ELSE excluded.matched_by END,
      email = excluded.email, updated_at = now()
    WHERE m.account_id = excluded.account_id`,
};
const REMOVE: Statement = {
  name: 'user_mappings_remove',
  text: `
    DELETE FROM user_mappings WHERE account_id = $1 AND integration_id = $2 AND external_user_id = $3
    RETURNING external_user_id`,
};
// An address that two people have is nobody's, unless only one of them is active. By whom the caller named, nothing changes.
const MATCH: Statement = {
  name: 'user_mappings_match',
  text: `
    WITH addresses AS (
      SELECT DISTINCT lower(a.email) AS email, r.id, (r.data -> 'isActive' IS DISTINCT FROM 'false'::jsonb) AS is_active
      FROM records r
      CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE WHEN jsonb_typeof(r.data -> 'emails') = 'array' THEN r.data -> 'emails' ELSE '[]' END
        || jsonb_build_array(r.data -> 'email')) AS a (email)
      WHERE r.account_id = $1 AND r.integration_id = $2 AND r.model = 'users' AND r.deleted_at IS NULL
        AND a.email IS NOT NULL
    ), found AS (
      SELECT email, min(id) AS id FROM (
        SELECT *, bool_or(is_active) OVER (PARTITION BY email) AS is_any_active FROM addresses
      ) a WHERE is_active = is_any_active GROUP BY email HAVING count(*) = 1
    )
    UPDATE user_mappings m SET user_id = found.id, matched_by = 'EMAIL', updated_at = now()
    FROM found
    WHERE m.account_id = $1 AND m.integration_id = $2 AND ($3::text[] IS NULL OR m.external_user_id = ANY ($3))
      AND m.matched_by IS DISTINCT FROM 'USER_ID' AND lower(m.email) = found.email AND m.user_id IS DISTINCT FROM found.id
    RETURNING m.external_user_id`,
};
const DEFAULT: Statement = {
  name: 'default_users_find',
  text: 'SELECT user_id FROM default_users WHERE account_id = $1 AND integration_id = $2',
};
const SAVE_DEFAULT: Statement = {
  name: 'default_users_save',
  text: `
    INSERT INTO default_users (account_id, integration_id, user_id) VALUES ($1, $2, $3)
    ON CONFLICT (integration_id) DO UPDATE SET user_id = excluded.user_id, updated_at = now()
    WHERE default_users.account_id = excluded.account_id`,
};
const REMOVE_DEFAULT: Statement = {
  name: 'default_users_remove',
  text: 'DELETE FROM default_users WHERE account_id = $1 AND integration_id = $2',
};

/** Who the users of a product are in the ATS of an integration. */
@Injectable()
export class UserMappingsRepository {
  constructor(private readonly database: Database) {}

  /** In the order of the product's ids, from behind `after`. */
  async findPage(
    { accountId, integrationId }: RecordScope,
    { after, isMatched, limit }: { after: string | null; isMatched: boolean | null; limit: number },
  ): Promise<UserMapping[]> {
    const rows = await this.database.query<MappingRow>(PAGE, [accountId, integrationId, after, isMatched, limit]);
    return rows.map(toMapping);
  }

  async find({ accountId, integrationId }: RecordScope, externalUserId: string): Promise<UserMapping | null> {
    const [row] = await this.database.query<MappingRow>(FIND, [accountId, integrationId, externalUserId]);
    return row ? toMapping(row) : null;
  }

  async count({ accountId, integrationId }: RecordScope, on: Queryable = this.database) {
    const [row] = await on.query<{ total: number; unmatched: number }>(COUNT, [accountId, integrationId]);
    return row!;
  }

  /** Each of them once. */
  async save(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    wanted: readonly WantedMapping[],
  ): Promise<void> {
    const columns = [
      wanted.map(({ externalUserId }) => externalUserId),
      wanted.map(({ userId }) => userId),
      wanted.map(({ email }) => email),
    ];
    await tx.query(SAVE, [accountId, integrationId, ...columns]);
  }

  async remove({ accountId, integrationId }: RecordScope, externalUserId: string): Promise<boolean> {
    return (await this.database.query(REMOVE, [accountId, integrationId, externalUserId])).length > 0;
  }

  /** Finds the users with the addresses of mappings; `only` these, or all. How many are now somebody they were not before. */
  async match(
    { accountId, integrationId }: RecordScope,
    only: readonly string[] | null,
    on: Queryable = this.database,
  ): Promise<number> {
    return (await on.query(MATCH, [accountId, integrationId, only])).length;
  }

  async findDefault({ accountId, integrationId }: RecordScope): Promise<string | null> {
    const [row] = await this.database.query<{ user_id: string }>(DEFAULT, [accountId, integrationId]);
    return row?.user_id ?? null;
  }

  /** Null for none. */
  async saveDefault({ accountId, integrationId }: RecordScope, userId: string | null): Promise<void> {
    if (userId === null) await this.database.query(REMOVE_DEFAULT, [accountId, integrationId]);
    else await this.database.query(SAVE_DEFAULT, [accountId, integrationId, userId]);
  }
}

function toMapping(row: MappingRow): UserMapping {
  return {
    externalUserId: row.external_user_id,
    userId: row.user_id,
    userName: row.user_name,
    email: row.email,
    matchedBy: row.matched_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
