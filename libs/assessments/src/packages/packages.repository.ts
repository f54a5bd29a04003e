import { Injectable } from '@nestjs/common';
import { type AssessmentPackage, newId, type PackageStatus } from '#libs/model';
import { Database, type Queryable, type Statement } from '#libs/store';

/** A package as rows have it; `id` is the vendor's own, `rowId` ours. */
export interface PackageRow extends Omit<AssessmentPackage, 'createdAt' | 'updatedAt'> {
  rowId: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Everything a vendor says about a package. */
export type PackageContent = Omit<AssessmentPackage, 'createdAt' | 'updatedAt'>;

const COLUMNS = `id AS "rowId", external_id AS id, name, description, type, status, max_score AS "maxScore",
  pass_score AS "passScore", duration_minutes AS "durationMinutes", integration_ids AS "integrationIds",
  meta_data AS "metaData", created_at AS "createdAt", updated_at AS "updatedAt"`;

const FIELDS = `name = excluded.name, description = excluded.description, type = excluded.type,
  status = excluded.status, max_score = excluded.max_score, pass_score = excluded.pass_score,
  duration_minutes = excluded.duration_minutes, integration_ids = excluded.integration_ids,
  meta_data = excluded.meta_data, updated_at = now()`;

const INSERT = `
  INSERT INTO assessment_packages (id, account_id, external_id, name, description, type, status, max_score, pass_score,
    duration_minutes, integration_ids, meta_data)
  SELECT "rowId", $1, id, name, description, type, status, "maxScore", "passScore", "durationMinutes",
    "integrationIds", "metaData"
  FROM json_to_recordset($2) AS input ("rowId" text, id text, name text, description text, type text, status text,
    "maxScore" double precision, "passScore" double precision, "durationMinutes" integer, "integrationIds" text[],
    "metaData" json)
  ON CONFLICT (account_id, external_id) DO UPDATE SET ${FIELDS}`;

/** A package that may be ordered; `revision` changes with every change of it. */
export interface OrderablePackage extends PackageRow {
  revision: string;
}

/** The condition under which an order may name a package; parameters in place of the names. */
export function orderableSql({
  account,
  integration,
  id,
}: {
  account: string;
  integration: string;
  id: string;
}): string {
  return `account_id = ${account} AND external_id = ${id} AND status <> 'DRAFT'
      AND (integration_ids IS NULL OR ${integration} = ANY (integration_ids))`;
}

const OFFERED: Statement = {
  name: 'packages-offered',
  text: `SELECT ${COLUMNS} FROM assessment_packages
    WHERE account_id = $1 AND status = 'ACTIVE' AND (integration_ids IS NULL OR $2 = ANY (integration_ids))
    ORDER BY name, external_id`,
};

const ORDERABLE: Statement = {
  name: 'packages-orderable',
  text: `SELECT ${COLUMNS}, xmin::text AS revision FROM assessment_packages
    WHERE ${orderableSql({ account: '$1', integration: '$2', id: '$3' })}`,
};

/** The statements on `assessment_packages`; every one names the account. */
@Injectable()
export class PackagesRepository {
  constructor(private readonly database: Database) {}

  /** Holds off every other change of the account's catalogue until the end of `tx`. */
  async lockCatalogue(tx: Queryable, accountId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('packages:' || $1, 0))`, [accountId]);
  }

  /** Inserts or overwrites; ids must differ. Returned in no particular order. */
  save(tx: Queryable, accountId: string, packages: PackageContent[]): Promise<PackageRow[]> {
    return tx.query<PackageRow>(`${INSERT} RETURNING ${COLUMNS}`, [accountId, toRecordset(packages)]);
  }

  /** The new package, or null when the id is taken by one that is not ARCHIVED. */
  async insert(accountId: string, content: PackageContent): Promise<PackageRow | null> {
    const [row] = await this.database.query<PackageRow>(
      `${INSERT} WHERE assessment_packages.status = 'ARCHIVED' RETURNING ${COLUMNS}`,
      [accountId, toRecordset([content])],
    );
    return row ?? null;
  }

  /** How many were archived because their id is not in `ids`. */
  async archiveOthers(tx: Queryable, accountId: string, ids: string[]): Promise<number> {
    const rows = await tx.query(
      `UPDATE assessment_packages SET status = 'ARCHIVED', updated_at = now()
       WHERE account_id = $1 AND status <> 'ARCHIVED' AND NOT EXISTS (
         SELECT FROM unnest($2::text[]) kept WHERE kept = external_id) RETURNING id`,
      [accountId, ids],
    );
    return rows.length;
  }

  /** Whether there was one. */
  async archive(accountId: string, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE assessment_packages SET status = 'ARCHIVED', updated_at = now()
       WHERE account_id = $1 AND external_id = $2 RETURNING id`,
      [accountId, id],
    );
    return rows.length > 0;
  }

  async find(accountId: string, id: string): Promise<PackageRow | null> {
    return (await this.select(this.database, accountId, id, '')) ?? null;
  }

  async lock(tx: Queryable, accountId: string, id: string): Promise<PackageRow | null> {
    return (await this.select(tx, accountId, id, 'FOR UPDATE')) ?? null;
  }

  /** Newest first, from below the row `before`. */
  findPage(
    accountId: string,
    status: PackageStatus | undefined,
    page: { before: string | null; limit: number },
  ): Promise<PackageRow[]> {
    return this.database.query<PackageRow>(
      `SELECT ${COLUMNS} FROM assessment_packages
       WHERE account_id = $1 AND ($2::text IS NULL OR id < $2) AND ($3::text IS NULL OR status = $3)
       ORDER BY assessment_packages.id DESC LIMIT $4`,
      [accountId, page.before, status ?? null, page.limit],
    );
  }

  /** What an ATS may offer its recruiters, by name. */
  findOffered(accountId: string, integrationId: string): Promise<PackageRow[]> {
    return this.database.query<PackageRow>(OFFERED, [accountId, integrationId]);
  }

  /** The package if an order for it may be taken: also an ARCHIVED one, since stages in an ATS keep it. */
  async findOrderable(accountId: string, integrationId: string, id: string): Promise<OrderablePackage | null> {
    const [row] = await this.database.query<OrderablePackage>(ORDERABLE, [accountId, integrationId, id]);
    return row ?? null;
  }

  /** Which of these are integrations of the account. */
  async findIntegrations(accountId: string, ids: string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM integrations WHERE account_id = $1 AND id = ANY ($2)',
      [accountId, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async select(from: Queryable, accountId: string, id: string, lock: string): Promise<PackageRow | undefined> {
    const [row] = await from.query<PackageRow>(
      `SELECT ${COLUMNS} FROM assessment_packages WHERE account_id = $1 AND external_id = $2 ${lock}`,
      [accountId, id],
    );
    return row;
  }
}

function toRecordset(packages: PackageContent[]): string {
  // Ids made in the same millisecond are in no order; sorted they are in that of the packages.
  const rowIds = packages.map(() => newId('package')).sort();
  return JSON.stringify(packages.map((content, at) => ({ ...content, rowId: rowIds[at] })));
}
