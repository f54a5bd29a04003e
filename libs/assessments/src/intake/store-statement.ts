import { matchingEndpointsSql } from '#libs/events';
import { FILE_FETCH_EVENT } from '#libs/files';
import { liveKeySql } from '#libs/integrations';
import { Recordset, type Statement } from '#libs/store';
import { orderableSql } from '../packages/packages.repository.js';
import { ARRIVED } from '../record.js';

/** Where orders come from and what they order: key and package, as they were read earlier, perhaps in another request. */
export const SOURCES = new Recordset({
  source: 'text',
  account_id: 'text',
  integration_id: 'text',
  provider: 'text',
  file_endpoint_id: 'text',
  key_id: 'text',
  package_id: 'text',
  package: 'json',
  revision: 'text',
});

export const ORDERS = new Recordset(
  {
    id: 'text',
    source: 'text',
    dedupe: 'uuid',
    application_id: 'text',
    job_id: 'text',
    candidate: 'json',
    callback_url: 'text',
    meta_data: 'json',
    origin_data: 'json',
    file_id: 'text',
    event_id: 'text',
    event_at: 'timestamptz',
    payload: 'bytea',
    trace_parent: 'text',
  },
  SOURCES.nextParameter,
);

/** The résumés to be fetched. */
export const FETCHES = new Recordset(
  { file_id: 'text', event_id: 'text', event_at: 'timestamptz', payload: 'bytea' },
  ORDERS.nextParameter,
);

/** One per source. */
export interface SourceVerdict {
  source: string;
  /** Null when the key works no more. */
  isKeyStale: boolean | null;
  isPackageCurrent: boolean;
  /** Who gets the events, to be rung. */
  endpointIds: string[] | null;
  /** The orders that are new. */
  storedIds: string[] | null;
}

/**
 * Records, events, deliveries and the fetching of résumés in one statement: all of it or nothing, in one round trip. It
 * proves what it stands on (`s`): the key must still work and the package be as it was. Where both hold, an order
 * without a row at `a` was there before, or twice among these. In the order of `dedupe`, so that two statements with
 * the same orders cannot wait for each other.
 */
export const STORE: Statement = {
  name: 'orders-store',
  text: `
    WITH s AS MATERIALIZED (
      SELECT i.*, l.stale, p.current, m.ids, l.stale IS NOT NULL AND p.current IS NOT NULL AS holds
      FROM ${SOURCES.sql('i')}
      LEFT JOIN LATERAL (${liveKeySql({ key: 'i.key_id', account: 'i.account_id' })}) l ON true
      LEFT JOIN LATERAL (
        SELECT true AS current FROM assessment_packages
        WHERE xmin::text = i.revision
          AND ${orderableSql({ account: 'i.account_id', integration: 'i.integration_id', id: 'i.package_id' })} LIMIT 1
      ) p ON true
      LEFT JOIN LATERAL (
        SELECT array_agg(w.id) AS ids FROM webhook_endpoints w
        WHERE ${matchingEndpointsSql({ account: 'i.account_id', type: "'record.new'", integration: 'i.integration_id' })}
      ) m ON true
    ), o AS MATERIALIZED (
      SELECT o.*, s.account_id, s.integration_id, s.provider, s.package_id, s.package, s.file_endpoint_id, s.ids
      FROM ${ORDERS.sql('o')} JOIN s USING (source) WHERE s.holds
    ), a AS (
      INSERT INTO assessments (id, account_id, integration_id, provider, dedupe, status, application_id, job_id, candidate,
        package_id, package, callback_url, meta_data, origin_data, resume_file_id)
      SELECT id, account_id, integration_id, provider, dedupe, '${ARRIVED}', application_id, job_id, candidate,
        package_id, package, callback_url, meta_data, origin_data, file_id
      FROM o ORDER BY dedupe
      ON CONFLICT (dedupe) DO NOTHING
      RETURNING id
    ), n AS MATERIALIZED (
      SELECT o.* FROM o JOIN a USING (id)
    ), r AS MATERIALIZED (
      SELECT n.account_id, n.integration_id, n.file_endpoint_id, n.trace_parent, f.* FROM ${FETCHES.sql('f')} JOIN n USING (file_id)
    ), files_to_come AS (
      INSERT INTO files (id, account_id, integration_id, state)
      SELECT file_id, account_id, integration_id, 'PENDING' FROM r
    ), e AS (
      INSERT INTO events (id, account_id, type, internal, integration_id, subject_id, payload, created_at, trace_parent)
      SELECT event_id, account_id, 'record.new', false, integration_id, id, payload, event_at, trace_parent FROM n
      UNION ALL
      SELECT event_id, account_id, '${FILE_FETCH_EVENT}', true, integration_id, file_id, payload, event_at, trace_parent FROM r
    ), work AS (
      INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at)
      SELECT unnest(ids), account_id, event_id, event_at FROM n
      UNION ALL
      SELECT file_endpoint_id, account_id, event_id, event_at FROM r
    )
    SELECT source, stale AS "isKeyStale", current IS NOT NULL AS "isPackageCurrent", ids AS "endpointIds",
      (SELECT array_agg(n.id) FROM n WHERE n.source = s.source) AS "storedIds"
    FROM s`,
};

const SAME_ORDERS = new Recordset({ id: 'text', account_id: 'text', integration_id: 'text', dedupe: 'uuid' });

/** Finds what was there before: a statement of its own, because the first one's snapshot cannot see whoever was faster. */
export const FIND_SAME = {
  rows: SAME_ORDERS,
  statement: {
    name: 'orders-find',
    text: `SELECT o.id, a.id AS "sameAs" FROM ${SAME_ORDERS.sql('o')}
      CROSS JOIN LATERAL (
        SELECT id FROM assessments a
        WHERE a.account_id = o.account_id AND a.integration_id = o.integration_id AND a.dedupe = o.dedupe
      ) a`,
  } satisfies Statement,
};
