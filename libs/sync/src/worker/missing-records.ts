import { Injectable } from '@nestjs/common';
import type { Resource } from '#libs/connector-kit';
import { Database } from '#libs/store';
import type { ResourceProgress, RunRow } from '../run.js';
import { keyOf, modelOf } from './plan.js';

/** How many of those that are there were not in the list. */
export interface MissingCount {
  there: number;
  missing: number;
}

const NOT_SEEN = `NOT EXISTS (SELECT FROM sync_seen s WHERE s.run_id = $4 AND s.resource = $5 AND s.remote_id = r.remote_id)`;

// What came while the list was being read may stand on a page that had been read before.
const RECORDS = `records r WHERE r.account_id = $1 AND r.integration_id = $2 AND r.model = $3 AND r.deleted_at IS NULL
  AND r.first_seen_at < $6::timestamptz`;
// Parts have no time of their own; those that webhooks bring meanwhile are asked for by their ids before they go.
const PARTS = `record_parts r WHERE r.account_id = $1 AND r.integration_id = $2 AND r.part = $3 AND $6::timestamptz IS NOT NULL`;

/** What the mirror has and a whole list did not. */
@Injectable()
export class MissingRecords {
  constructor(private readonly database: Database) {}

  async count(run: RunRow, resource: Resource, progress: ResourceProgress): Promise<MissingCount> {
    const [row] = await this.database.query<MissingCount>(
      `SELECT count(*)::integer AS there, (count(*) FILTER (WHERE ${NOT_SEEN}))::integer AS missing FROM ${tableOf(resource)}`,
      valuesOf(run, resource, progress),
    );
    return row!;
  }

  /** The next ids after one, in their order. */
  async find(
    run: RunRow,
    resource: Resource,
    progress: ResourceProgress,
    { after, limit }: { after: string; limit: number },
  ): Promise<string[]> {
    const rows = await this.database.query<{ remoteId: string }>(
      `SELECT r.remote_id AS "remoteId" FROM ${tableOf(resource)} AND ${NOT_SEEN} AND r.remote_id > $7
       ORDER BY r.remote_id LIMIT $8`,
      [...valuesOf(run, resource, progress), after, limit],
    );
    return rows.map(({ remoteId }) => remoteId);
  }
}

function tableOf(resource: Resource): string {
  return resource.kind === 'records' ? RECORDS : PARTS;
}

function valuesOf(run: RunRow, resource: Resource, { startedAt }: ResourceProgress): unknown[] {
  const name = resource.kind === 'records' ? modelOf(resource) : keyOf(resource);
  return [run.accountId, run.integrationId, name, run.id, keyOf(resource), startedAt];
}
