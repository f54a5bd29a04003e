import { matchingEndpointsSql } from '#libs/events';

/** Events looked at in one step. */
export const PAGE_EVENTS = 2_000;
/** Deliveries made in one step. */
export const STEP_DELIVERIES = 500;
/** While so many of an endpoint's manual deliveries are due, its recoveries wait. */
export const MOST_WAITING = 100;

/** One of those that run, whoever waited longest. Dispatchers that come at once take different ones. */
export const CLAIM = {
  name: 'recovery_claim',
  text: `
    SELECT r.id, r.account_id, r.endpoint_id, r.which, r.since, r.until, r.day, r.cursor_xid, r.cursor_id, e.status,
      e.deleted_at IS NOT NULL AS is_gone,
      (extract(epoch FROM r.next_at - statement_timestamp()) * 1000)::float8 AS wait_ms,
      (extract(epoch FROM statement_timestamp() - r.stepped_at) * 1000)::float8 AS idle_ms
    FROM recoveries r JOIN webhook_endpoints e ON e.id = r.endpoint_id
    WHERE r.state = 'RUNNING' ORDER BY r.next_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED`,
};

/** Held by whoever sends to an endpoint again, to its transaction's end: two at once would send the same event twice. */
const RESEND_LOCK = `hashtext('atsume_resend'), hashtext($1)`;

/** Waits for its turn. */
export const LOCK_RESENDING = `SELECT pg_advisory_xact_lock(${RESEND_LOCK})`;

/** Whether this transaction may send again, and how much of what was sent again waits. */
export const ROOM = {
  name: 'recovery_room',
  text: `
    SELECT pg_try_advisory_xact_lock(${RESEND_LOCK}) AS is_mine, (SELECT count(*)::integer FROM (
      SELECT FROM delivery_work WHERE endpoint_id = $1 AND manual AND due_at <= statement_timestamp() LIMIT ${MOST_WAITING}
    ) q) AS waiting`,
};

/**
 * One page of an account's events of one day in the log's order, of those the chosen ones made due, and where the next
 * page begins. As in the log, nobody passes a transaction that is still open; `is_all` says that nothing more of the
 * span was to be seen in that day, `now` at what time that was.
 */
export const STEP = {
  name: 'recovery_step',
  text: `
    WITH page AS MATERIALIZED (
      SELECT e.id, e.xid, e.created_at, e.account_id, e.type, e.integration_id FROM events e
      WHERE e.account_id = $1 AND NOT e.internal AND e.created_at >= $5 AND e.created_at < $5::timestamptz + interval '1 day'
        AND (e.xid, e.id) > ($6::xid8, $7::text COLLATE "C") AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY e.xid, e.id LIMIT ${PAGE_EVENTS}
    ), span AS MATERIALIZED (
      SELECT min(created_at) AS first, max(created_at) AS last FROM page WHERE created_at >= $3 AND created_at < $4
    ), waiting AS MATERIALIZED (
      SELECT w.event_id FROM delivery_work w
      WHERE w.account_id = $1 AND w.endpoint_id = $2
        AND w.event_at >= (SELECT first FROM span) AND w.event_at <= (SELECT last FROM span)
    ), ended AS MATERIALIZED (
      SELECT DISTINCT ON (a.event_id) a.event_id, a.outcome FROM attempts a
      WHERE a.account_id = $1 AND a.endpoint_id = $2 AND a.outcome IN ('DELIVERED', 'FAILED', 'EXPIRED')
        AND a.event_at >= (SELECT first FROM span) AND a.event_at <= (SELECT last FROM span)
        AND a.at >= (SELECT first FROM span) - interval '1 day'
      ORDER BY a.event_id, a.at DESC, a.work_id DESC
    ), picked AS MATERIALIZED (
      SELECT p.id, p.xid, p.created_at, row_number() OVER (ORDER BY p.xid, p.id) AS place
      FROM page p LEFT JOIN ended o ON o.event_id = p.id LEFT JOIN waiting k ON k.event_id = p.id
      WHERE p.created_at >= $3 AND p.created_at < $4 AND k.event_id IS NULL AND CASE
        WHEN o.event_id IS NOT NULL THEN $8 = 'ALL' OR ($8 = 'FAILED' AND o.outcome <> 'DELIVERED')
        ELSE $8 <> 'FAILED' AND p.type <> 'ping' AND EXISTS (SELECT FROM webhook_endpoints w WHERE w.id = $2
          AND ${matchingEndpointsSql({ account: 'p.account_id', type: 'p.type', integration: 'p.integration_id' })})
      END
      ORDER BY p.xid, p.id LIMIT ${STEP_DELIVERIES}
    ), made AS (
      INSERT INTO delivery_work (endpoint_id, due_at, account_id, event_id, event_at, manual)
      SELECT $2, statement_timestamp() + p.place * interval '1 microsecond', $1, p.id, p.created_at, true FROM picked p
    ), last AS (
      SELECT p.xid, p.id, p.created_at FROM (
        SELECT xid, id, created_at FROM page WHERE (SELECT count(*) FROM picked) < ${STEP_DELIVERIES}
        UNION ALL SELECT xid, id, created_at FROM picked WHERE (SELECT count(*) FROM picked) >= ${STEP_DELIVERIES}
      ) p ORDER BY p.xid DESC, p.id DESC LIMIT 1
    )
    SELECT (SELECT count(*)::integer FROM picked) AS made, l.xid::text, l.id, l.created_at AS at,
      statement_timestamp() AS now, (SELECT count(*) FROM page) < ${PAGE_EVENTS}
        AND (SELECT count(*) FROM picked) < ${STEP_DELIVERIES} AND NOT EXISTS (
          SELECT FROM events e WHERE e.account_id = $1 AND NOT e.internal
            AND e.created_at >= $5 AND e.created_at < least($5::timestamptz + interval '1 day', $4::timestamptz)
            AND (e.xid, e.id) > (coalesce(l.xid, $6::xid8), coalesce(l.id, $7::text) COLLATE "C")
        ) AS is_all
    FROM (VALUES (1)) one LEFT JOIN last l ON true`,
};

export const GO_ON = {
  name: 'recovery_go_on',
  text: `
    UPDATE recoveries SET done = done + $2, day = $3, cursor_xid = $4, cursor_id = $5, stepped_at = statement_timestamp(),
      examined_until = least(until, greatest(examined_until, $6)), state = CASE WHEN $7 THEN 'DONE' ELSE state END,
      completed_at = CASE WHEN $7 THEN statement_timestamp() END,
      next_at = statement_timestamp() + $8 * interval '1 millisecond'
    WHERE id = $1`,
};

export const POSTPONE = {
  name: 'recovery_postpone',
  text: `UPDATE recoveries SET next_at = statement_timestamp() + $2 * interval '1 millisecond' WHERE id = $1`,
};

/** What was asked for while the endpoint was being removed. */
export const CANCEL = `UPDATE recoveries SET state = 'CANCELLED', completed_at = now() WHERE id = $1`;
