import type pg from 'pg';
import { newId, slotOf } from '#libs/model';
import type { Tenant, Template } from './bed.ts';
import { setting } from './settings.ts';

const SHARE = setting('BENCH_BIG', 1);
export const EVENTS = Math.round(5_000_000 * SHARE);
const ASSESSMENTS = Math.round(1_000_000 * SHARE);
const ENDPOINTS = Math.round(10_000 * SHARE);
const DAYS = 10;
/** Rows per statement: what one holds in memory stays small. */
const STEP = 250_000;

/**
 * Fills a world with what years of a busy hub leave: accounts with an endpoint each, records, and events of the last
 * days which were delivered, the world's own tenants among them. Then what autovacuum would have done.
 */
export async function fillBig(client: pg.Client, own: Tenant[], template: Template): Promise<void> {
  await client.query('SET synchronous_commit = off');
  await client.query(
    `SELECT atsume_ensure_partitions((now() AT TIME ZONE 'UTC')::date - ${DAYS}, (now() AT TIME ZONE 'UTC')::date + 1)`,
  );
  const tenants = [...own, ...(await fillEndpoints(client))];
  const who = [tenants.map(({ accountId }) => accountId), tenants.map(({ endpointId }) => endpointId)];
  await inSteps(ASSESSMENTS, (from, to) => client.query(ASSESSMENTS_SQL, [who[0], template.id, from, to]));
  await inSteps(EVENTS, (from, to) =>
    client.query(EVENTS_SQL, [...who, template.payload, template.id, from, to, EVENTS]),
  );
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
}

/** Accounts with one endpoint each, that nobody orders for. */
async function fillEndpoints(client: pg.Client): Promise<{ accountId: string; endpointId: string }[]> {
  const made = Array.from({ length: ENDPOINTS }, () => ({
    accountId: newId('account'),
    endpointId: newId('endpoint'),
  }));
  const ids = [made.map(({ accountId }) => accountId), made.map(({ endpointId }) => endpointId)];
  const slots = made.map(({ endpointId }) => slotOf(endpointId));
  await client.query(
    `INSERT INTO accounts (id, name, partner_token) SELECT id, 'Big', id FROM unnest($1::text[]) AS id`,
    [ids[0]],
  );
  await client.query(
    `INSERT INTO webhook_endpoints (id, account_id, kind, url, slot)
     SELECT t.id, t.account_id, 'WEBHOOK', 'http://127.0.0.1:9/', t.slot
     FROM unnest($1::text[], $2::text[], $3::smallint[]) AS t (account_id, id, slot)`,
    [...ids, slots],
  );
  await client.query(
    `INSERT INTO endpoint_runs (endpoint_id, account_id, slot)
     SELECT t.id, t.account_id, t.slot FROM unnest($1::text[], $2::text[], $3::smallint[]) AS t (account_id, id, slot)`,
    [...ids, slots],
  );
  return made;
}

const ASSESSMENTS_SQL = `
  INSERT INTO assessments (id, account_id, integration_id, provider, dedupe, status, candidate, package_id, package,
    callback_url, origin_data, created_at)
  SELECT 'ats_ass_' || lpad(n::text, 22, '0'), ($1::text[])[n % cardinality($1) + 1], a.integration_id, a.provider,
    gen_random_uuid(), a.status, a.candidate, a.package_id, a.package, a.callback_url, a.origin_data,
    now() - n * interval '10 seconds'
  FROM generate_series($3::integer, $4::integer) AS n, assessments a
  WHERE a.id = (SELECT subject_id FROM events WHERE id = $2)`;

/** Oldest first, as they come; each with the attempt that delivered it. */
const EVENTS_SQL = `
  WITH n AS MATERIALIZED (
    SELECT n, ($1::text[])[n % cardinality($1) + 1] AS account_id, ($2::text[])[n % cardinality($2) + 1] AS endpoint_id,
      date_trunc('milliseconds', now() - ($7 - n + 1) * (interval '${DAYS} days' / $7)) AS at
    FROM generate_series($5::integer, $6::integer) AS n
  ), i AS MATERIALIZED (
    SELECT n.*, 'evt-' || lpad((extract(epoch FROM at) * 1000)::bigint::text, 13, '0') || lpad(n::text, 12, '0') AS id FROM n
  ), e AS (
    INSERT INTO events (id, account_id, type, integration_id, subject_id, payload, created_at)
    SELECT i.id, i.account_id, 'record.new', like_this.integration_id, like_this.subject_id,
      convert_to(replace($3, $4, i.id), 'UTF8'), i.at
    FROM i, (SELECT integration_id, subject_id FROM events WHERE id = $4) AS like_this
  )
  INSERT INTO attempts (at, work_id, n, account_id, endpoint_id, event_id, event_at, outcome, status, ms)
  SELECT at, gen_random_uuid(), 1, account_id, endpoint_id, id, at, 'DELIVERED', 200, 20 FROM i`;

async function inSteps(count: number, step: (from: number, to: number) => Promise<unknown>): Promise<void> {
  for (let from = 1; from <= count; from += STEP) await step(from, Math.min(count, from + STEP - 1));
}
