import type pg from 'pg';
import type { Tenant, Template } from './bed.ts';

/** Sends the endpoints of some tenants to these addresses, and everything else nowhere. */
export async function pointEndpoints(client: pg.Client, tenants: Tenant[], urls: string[]): Promise<void> {
  await client.query(
    `UPDATE webhook_endpoints e SET url = t.url, updated_at = clock_timestamp()
     FROM unnest($1::text[], $2::text[]) AS t (id, url) WHERE e.id = t.id`,
    [tenants.map(({ endpointId }) => endpointId), urls],
  );
}

/**
 * Puts `count` events with one due row each into the database, in turn over the tenants: what the same number of orders
 * would have left, except for their records.
 */
export async function fillBacklog(
  client: pg.Client,
  { tenants, template, count }: { tenants: Tenant[]; template: Template; count: number },
): Promise<void> {
  await client.query(
    `WITH t AS (
       SELECT * FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (account_id, endpoint_id, place)
     ), clock AS (
       SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint AS ms
     ), n AS MATERIALIZED (
       SELECT 'evt-' || lpad((clock.ms - $5 + n)::text, 13, '0') || lpad((random() * 1e11)::bigint::text, 12, '0') AS id,
         to_timestamp((clock.ms - $5 + n) / 1000.0) AS at, t.account_id, t.endpoint_id
       FROM generate_series(1, $5::integer) AS n CROSS JOIN clock JOIN t ON t.place = n % cardinality($1) + 1
     ), e AS (
       INSERT INTO events (id, account_id, type, integration_id, subject_id, payload, created_at)
       SELECT n.id, n.account_id, 'record.new', like_this.integration_id, like_this.subject_id,
         convert_to(replace($3, $4, n.id), 'UTF8'), n.at
       FROM n, (SELECT integration_id, subject_id FROM events WHERE id = $4) AS like_this
     )
     INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at) SELECT endpoint_id, account_id, id, at FROM n`,
    [
      tenants.map(({ accountId }) => accountId),
      tenants.map(({ endpointId }) => endpointId),
      template.payload,
      template.id,
      count,
    ],
  );
}

/** What autovacuum does within a minute, and the flush that a bulk insert leaves to others. */
export async function settle(client: pg.Client, tables = 'events, delivery_work'): Promise<void> {
  await client.query(`VACUUM ANALYZE ${tables}`);
  await client.query('CHECKPOINT');
}
