import { Injectable } from '@nestjs/common';
import { newId } from '#libs/model';
import { Database } from '#libs/store';
import type { FieldMappingRow, MappingPlace } from './field-mapping.js';

/** Of one model in one place; each costs time with every record that is read. */
export const MOST_KEYS = 20;

const COLUMNS = `id, scope, nullif(provider, '') AS provider, nullif(integration_id, '') AS "integrationId", model, direction,
  key, path, coalesce(nullif(provider, ''), (SELECT i.provider FROM integrations i
    WHERE i.account_id = field_mappings.account_id AND i.id = field_mappings.integration_id)) AS ats,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

const PLACE = `account_id = $2 AND scope = $3 AND provider = $4 AND integration_id = $5 AND model = $6`;

// One mapping per key goes each way: BOTH takes the place of the two others, and each of them that of BOTH.
const SAVE = `
  WITH replaced AS (
    DELETE FROM field_mappings
    WHERE ${PLACE} AND key = $8 AND direction <> $7 AND (direction = 'BOTH' OR $7 = 'BOTH')
  )
  INSERT INTO field_mappings (id, account_id, scope, provider, integration_id, model, direction, key, path)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
  WHERE (SELECT count(DISTINCT key) FROM field_mappings WHERE ${PLACE} AND key <> $8) < ${MOST_KEYS}
  ON CONFLICT (account_id, scope, provider, integration_id, model, direction, key)
  DO UPDATE SET path = excluded.path, updated_at = now()
  RETURNING ${COLUMNS}`;

export interface MappingFilter {
  scope?: string;
  provider?: string;
  integrationId?: string;
  model?: string;
}

/** The statements on `field_mappings`; every one names the account. */
@Injectable()
export class FieldMappingsRepository {
  constructor(private readonly database: Database) {}

  /** Makes or replaces the mapping of a key and way; null when the place has as many keys as it may have. */
  async save(accountId: string, place: MappingPlace, path: string): Promise<FieldMappingRow | null> {
    const { scope, provider, integrationId, model, direction, key } = place;
    const values = [scope, provider ?? '', integrationId ?? '', model, direction, key, path];
    const [row] = await this.database.query<FieldMappingRow>(SAVE, [newId('fieldMapping'), accountId, ...values]);
    return row ?? null;
  }

  /** Oldest first, from behind the id `after`. */
  findPage(
    accountId: string,
    { scope, provider, integrationId, model }: MappingFilter,
    { after, limit }: { after: string | null; limit: number },
  ): Promise<FieldMappingRow[]> {
    return this.database.query<FieldMappingRow>(
      `SELECT ${COLUMNS} FROM field_mappings
       WHERE account_id = $1 AND ($2::text IS NULL OR id > $2) AND ($3::text IS NULL OR scope = $3)
         AND ($4::text IS NULL OR provider = $4) AND ($5::text IS NULL OR integration_id = $5)
         AND ($6::text IS NULL OR model = $6)
       ORDER BY id LIMIT $7`,
      [accountId, after, scope ?? null, provider ?? null, integrationId ?? null, model ?? null, limit],
    );
  }

  /** Tells whether it was there. */
  async remove(accountId: string, id: string): Promise<boolean> {
    const rows = await this.database.query(
      'DELETE FROM field_mappings WHERE account_id = $1 AND id = $2 RETURNING id',
      [accountId, id],
    );
    return rows.length > 0;
  }
}
