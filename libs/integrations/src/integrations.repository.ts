import { Injectable } from '@nestjs/common';
import type { EndpointKind } from '#libs/delivery';
import { callbackEndpointId, fileEndpointId, newId, slotOf } from '#libs/model';
import { Database, type Queryable } from '#libs/store';
import type { IntegrationRow, IntegrationSettings, IntegrationStatus, Origin } from './integration.js';

const COLUMNS = `id, account_id AS "accountId", provider, origin_org_id AS "originOrgId",
  origin_org_name AS "originOrgName", status, status_reason AS "statusReason", report_closed AS "reportClosed",
  allowed_callback_hosts AS "allowedCallbackHosts", default_package_id AS "defaultPackageId",
  created_at AS "createdAt", deleted_at AS "deletedAt"`;

export interface IntegrationFilter {
  provider?: string;
  originOrgId?: string;
  status?: IntegrationStatus;
}

export type IntegrationChanges = Pick<IntegrationRow, 'originOrgName'> & IntegrationSettings;

/** The statements on `integrations`; every one names the account. */
@Injectable()
export class IntegrationsRepository {
  constructor(private readonly database: Database) {}

  /** Locks and returns the customer's integration, made if there was none; `inserted` says which. */
  async upsert(tx: Queryable, origin: Origin): Promise<{ row: IntegrationRow; inserted: boolean }> {
    const { accountId, provider, originOrgId, originOrgName } = origin;
    const id = newId('integration');
    // The update changes nothing: it makes whoever comes second wait for the first, then see and lock the row.
    const [row] = await tx.query<IntegrationRow>(
      `INSERT INTO integrations (id, account_id, provider, origin_org_id, origin_org_name, status)
       VALUES ($1, $2, $3, $4, $5, 'ACTIVE')
       ON CONFLICT (account_id, provider, origin_org_id) DO UPDATE SET updated_at = integrations.updated_at
       RETURNING ${COLUMNS}`,
      [id, accountId, provider, originOrgId, originOrgName],
    );
    const inserted = row!.id === id;
    if (inserted) await insertInternalEndpoints(tx, row!);
    return { row: row!, inserted };
  }

  /** Puts a deleted integration back to work under its old id; what its customer was given before stays revoked. */
  async revive(tx: Queryable, accountId: string, id: string): Promise<void> {
    await tx.query(
      `UPDATE integrations SET status = 'ACTIVE', status_reason = NULL, deleted_at = NULL, updated_at = now()
       WHERE account_id = $1 AND id = $2`,
      [accountId, id],
    );
  }

  async find(accountId: string, id: string): Promise<IntegrationRow | null> {
    const [row] = await this.database.query<IntegrationRow>(
      `SELECT ${COLUMNS} FROM integrations WHERE account_id = $1 AND id = $2`,
      [accountId, id],
    );
    return row ?? null;
  }

  async lock(tx: Queryable, accountId: string, id: string): Promise<IntegrationRow | null> {
    const [row] = await tx.query<IntegrationRow>(
      `SELECT ${COLUMNS} FROM integrations WHERE account_id = $1 AND id = $2 FOR NO KEY UPDATE`,
      [accountId, id],
    );
    return row ?? null;
  }

  /** Newest first, from below the id `before`. */
  findPage(
    accountId: string,
    filter: IntegrationFilter,
    page: { before: string | null; limit: number },
  ): Promise<IntegrationRow[]> {
    return this.database.query<IntegrationRow>(
      `SELECT ${COLUMNS} FROM integrations
       WHERE account_id = $1 AND ($2::text IS NULL OR id < $2) AND ($3::text IS NULL OR provider = $3)
         AND ($4::text IS NULL OR origin_org_id = $4) AND ($5::text IS NULL OR status = $5)
       ORDER BY id DESC LIMIT $6`,
      [accountId, page.before, filter.provider ?? null, filter.originOrgId ?? null, filter.status ?? null, page.limit],
    );
  }

  async update(tx: Queryable, accountId: string, id: string, changes: IntegrationChanges): Promise<IntegrationRow> {
    const { originOrgName, reportClosed, allowedCallbackHosts, defaultPackageId } = changes;
    const [row] = await tx.query<IntegrationRow>(
      `UPDATE integrations SET origin_org_name = $3, report_closed = $4, allowed_callback_hosts = $5,
         default_package_id = $6, updated_at = now()
       WHERE account_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [accountId, id, originOrgName, reportClosed, allowedCallbackHosts, defaultPackageId],
    );
    return row!;
  }

  /** Whether the account's catalogue has this package, in whatever state; `packageId` is the vendor's own id. */
  async hasPackage(tx: Queryable, accountId: string, packageId: string): Promise<boolean> {
    const rows = await tx.query('SELECT FROM assessment_packages WHERE account_id = $1 AND external_id = $2', [
      accountId,
      packageId,
    ]);
    return rows.length > 0;
  }

  async disconnect(tx: Queryable, accountId: string, id: string): Promise<void> {
    await tx.query(
      `UPDATE integrations SET status = 'DISCONNECTED', status_reason = NULL, deleted_at = now(), updated_at = now()
       WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL`,
      [accountId, id],
    );
  }

  /** Sets the status of an integration that is not deleted; a setup that was asked for is over with any other. */
  async saveStatus(
    tx: Queryable,
    accountId: string,
    id: string,
    { status, reason }: { status: IntegrationStatus; reason: string | null },
  ): Promise<void> {
    await tx.query(
      `UPDATE integrations SET status = $3, status_reason = $4, updated_at = now(),
         setup_request = CASE WHEN $3 = 'SETUP_REQUESTED' THEN setup_request END
       WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL`,
      [accountId, id, status, reason],
    );
  }

  /** Notes (or, with null, clears) what is wrong; an integration that is not working at all keeps its status. */
  async saveIssue(tx: Queryable, accountId: string, id: string, reason: string | null): Promise<void> {
    await tx.query(
      `UPDATE integrations SET status = CASE WHEN $3::text IS NULL THEN 'ACTIVE' ELSE 'ISSUE' END, status_reason = $3,
         updated_at = now()
       WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL AND status IN ('ACTIVE', 'ISSUE')
         AND status_reason IS DISTINCT FROM $3`,
      [accountId, id, reason],
    );
  }
}

/** The endpoints over which the hub signals results to this ATS and fetches its files. */
async function insertInternalEndpoints(tx: Queryable, { id, accountId }: IntegrationRow): Promise<void> {
  const endpoints: [string, EndpointKind][] = [
    [callbackEndpointId(id), 'ATS_CALLBACK'],
    [fileEndpointId(id), 'FILE_FETCH'],
  ];
  for (const [endpointId, kind] of endpoints) {
    const slot = slotOf(endpointId);
    await tx.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, integration_id, slot) VALUES ($1, $2, $3, $4, $5)`,
      [endpointId, accountId, kind, id, slot],
    );
    await tx.query('INSERT INTO endpoint_runs (endpoint_id, account_id, slot) VALUES ($1, $2, $3)', [
      endpointId,
      accountId,
      slot,
    ]);
  }
}
