import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '#libs/store';

const NOTE = {
  name: 'sync_seen_note',
  text: `
    WITH n AS (
      INSERT INTO sync_seen (run_id, resource, remote_id) SELECT $1, $2, remote_id FROM unnest($3::text[]) AS u (remote_id)
      ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT count(*)::integer AS noted FROM n`,
};

const FORGET = {
  name: 'sync_seen_forget',
  text: `
    DELETE FROM sync_seen WHERE (run_id, resource, remote_id) IN (
      SELECT run_id, resource, remote_id FROM sync_seen WHERE run_id = $1 AND ($2::text IS NULL OR resource = $2) LIMIT 20000)
    RETURNING 1`,
};

const FORGET_ENDED = `
  SELECT DISTINCT run_id AS "runId" FROM (SELECT run_id FROM sync_seen LIMIT 100000) s
  WHERE NOT EXISTS (SELECT FROM sync_runs r WHERE r.id = s.run_id AND r.status = 'RUNNING')`;

/** The remote ids that runs over whole lists have seen, by run and resource. */
@Injectable()
export class SeenIds {
  constructor(private readonly database: Database) {}

  /** Resolves to how many of them were new. */
  async note(tx: Queryable, runId: string, resource: string, remoteIds: readonly string[]): Promise<number> {
    if (remoteIds.length === 0) return 0;
    const [row] = await tx.query<{ noted: number }>(NOTE, [runId, resource, remoteIds]);
    return row!.noted;
  }

  async count(runId: string, resource: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM sync_seen WHERE run_id = $1 AND resource = $2',
      [runId, resource],
    );
    return row!.count;
  }

  /** Of one resource, or of the whole run; in steps, so that no statement takes long. */
  async forget(runId: string, resource: string | null): Promise<void> {
    while ((await this.database.query(FORGET, [runId, resource])).length > 0);
  }

  /** What runs left behind that were cancelled, or whose process died at their end. */
  async forgetEnded(): Promise<void> {
    for (const { runId } of await this.database.query<{ runId: string }>(FORGET_ENDED)) await this.forget(runId, null);
  }
}
