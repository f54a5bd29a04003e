import { Recordset } from '#libs/store';

/** What a turn does is not worth a disk flush: after a crash of PostgreSQL the fence still tells holders apart. */
const UNHURRIED = `set_config('synchronous_commit', 'off', true)`;

/** A holder says every two seconds that it lives; who says nothing for this long is taken for dead. */
const LEASE = `interval '5 seconds'`;

/**
 * Condition over `endpoint_runs`: nobody holds the endpoint. A lease that ends later than any holder asks for was
 * written while the database's clock was wrong.
 */
export const IS_FREE = `(held_until IS NULL OR held_until <= statement_timestamp()
  OR held_until > statement_timestamp() + 2 * ${LEASE})`;

/**
 * An equality that only a look into the index can answer. With a plain one the planner may join by reading all there is,
 * which it does for the next minute if the table was small when it made the plan.
 */
const isOneOf = (column: string, value: string): string => `${column} = ANY (ARRAY[${value}])`;

/** Locks the rows of `endpoint_runs` that `where` lets through, in id order, or two batches deadlock. */
const locked = (endpointIds: string, where = 'true'): string => `
  SELECT h.* FROM (SELECT DISTINCT u.id COLLATE "C" AS id FROM ${endpointIds} AS u (id) ORDER BY 1) u CROSS JOIN LATERAL (
    SELECT endpoint_id, owner, epoch, held_until, xmin AS version FROM endpoint_runs WHERE endpoint_id = u.id AND ${where} LIMIT 1 FOR NO KEY UPDATE
  ) h`;

/** In one reading of one endpoint. The statement names it, or the planner expects a tenth of all that wait. */
export const MOST_ROWS = 64;
/** Payloads may be large, and many turns read at once. */
const MOST_BYTES = 2 * 1024 * 1024;

const DUE_COLUMNS = `q.endpoint_id, q.due_raw, q.id, q.account_id, q.event_id, q.attempt, q.age_ms, q.waited_ms,
  q.trace_parent, q.type, q.integration_id, q.subject_id, convert_from(q.payload, 'UTF8') AS payload, q.found`;

/**
 * What is due of the endpoints `ep (id, most)`, oldest first in each; `found` also counts what was left out for its
 * size. statement_timestamp() because it is STABLE and so an index condition. Payloads come as text, half as long on the
 * wire as bytes in hexadecimal. The LIMIT of one keeps the planner from reading events by the thousand when it expects many rows.
 */
const due = (ep: string, where = 'true'): string => `
  SELECT * FROM (
    SELECT w.endpoint_id, w.due_at, w.due_at::text AS due_raw, w.id, w.account_id, w.event_id, w.attempt,
      (extract(epoch FROM statement_timestamp() - w.first_at) * 1000)::float8 AS age_ms,
      (extract(epoch FROM statement_timestamp() - w.due_at) * 1000)::float8 AS waited_ms, e.trace_parent,
      e.type, e.integration_id, e.subject_id, e.payload, (count(*) OVER (PARTITION BY w.endpoint_id))::integer AS found,
      row_number() OVER t AS place, sum(octet_length(e.payload)) OVER t AS bytes
    FROM ${ep}
    CROSS JOIN LATERAL (
      SELECT * FROM (
        SELECT * FROM delivery_work d WHERE d.endpoint_id = ep.id AND d.due_at <= statement_timestamp() AND ${where}
        ORDER BY d.due_at, d.id LIMIT ${MOST_ROWS}
      ) d LIMIT ep.most
    ) w
    LEFT JOIN LATERAL (
      SELECT * FROM events v WHERE v.created_at = w.event_at AND v.id = w.event_id LIMIT 1
    ) e ON true
    WINDOW t AS (PARTITION BY w.endpoint_id ORDER BY w.due_at, w.id)
  ) q
  WHERE q.place = 1 OR q.bytes IS NULL OR q.bytes <= ${MOST_BYTES}
  ORDER BY q.endpoint_id, q.due_at, q.id`;

/**
 * Takes endpoints that nobody holds and that are not told to wait, and reads what is due of those that are well.
 *
 * The reading sees the state from before the lock. In between a former holder may have written down what this turn would
 * then send again; so it counts only for an endpoint that was let go cleanly and whose row has not changed since that
 * state was seen (`xmin`). Of others `was_read` is false, and the turn reads for itself.
 *
 * An endpoint is one column of JSON: as columns of its own it would be two dozen more in every row that was read.
 */
export const TAKE = {
  name: 'turn_take',
  text: `
    WITH l AS MATERIALIZED (${locked(
      // Hidden from the planner, like the length of a Recordset.
      'unnest((SELECT $1::text[]))',
      `(blocked_until IS NULL OR blocked_until <= statement_timestamp()) AND (owner = $2 OR ${IS_FREE})`,
    )}
    ), r AS (
      UPDATE endpoint_runs r SET owner = $2, epoch = r.epoch + 1, unfinished_epochs = r.unfinished_epochs + 1,
        held_until = statement_timestamp() + ${LEASE}
      FROM l WHERE ${isOneOf('r.endpoint_id', 'l.endpoint_id')}
      RETURNING r.*, l.version, l.held_until IS NULL AS was_let_go
    ), t AS MATERIALIZED (
      SELECT e.id AS taken_id, e.account_id AS owner_id, e.kind, e.integration_id AS of_integration_id, e.url, e.signature, e.headers_enc,
        e.headers_key_id, e.timeout_ms, e.updated_at, e.status, e.deleted_at, e.max_inflight,
        e.max_per_second, e.retry_policy, r.epoch::text AS epoch, r.unfinished_epochs, r.breaker, r.breaker_opens, r.fails,
        r.in_window, r.rate_tokens, (extract(epoch FROM statement_timestamp()) * 1000)::float8 AS now_ms, ${UNHURRIED},
        r.was_let_go AND r.unfinished_epochs = 1 AND r.breaker = 'CLOSED' AND e.max_per_second IS NULL
          AND e.status = 'ENABLED' AND e.deleted_at IS NULL
          AND EXISTS (SELECT FROM endpoint_runs v WHERE v.endpoint_id = r.endpoint_id AND v.xmin = r.version) AS was_read
      FROM r JOIN webhook_endpoints e ON ${isOneOf('e.id', 'r.endpoint_id')}
    )
    SELECT to_json(t) AS taken, ${DUE_COLUMNS} FROM t FULL JOIN (${due(
      `(SELECT taken_id AS id, ${MOST_ROWS} AS most FROM t WHERE was_read) AS ep`,
    )}
    ) q ON false`,
};

/**
 * A turn still holds its endpoint when owner and epoch are its own, or when the epoch is an older one: then a crash of
 * PostgreSQL has forgotten the turn's own, which was not worth a flush, and nobody has taken the endpoint since.
 */
const isHeldBy = (run: string): string => `(${run}.epoch < d.epoch OR ${run}.epoch = d.epoch AND ${run}.owner = $1)`;

/**
 * Holds on to endpoints whose turns take long, and tells when they were last changed. One that its turn has let go
 * meanwhile is not held again, or nobody could take it until the lease is over.
 */
export const RENEW = {
  name: 'turn_renew',
  text: `
    WITH d AS MATERIALIZED (
      SELECT * FROM unnest($2::text[], $3::bigint[]) AS d (endpoint_id, epoch)
    ), l AS MATERIALIZED (${locked('(SELECT d.endpoint_id FROM d)')}
    )
    UPDATE endpoint_runs r SET owner = $1, epoch = d.epoch, held_until = statement_timestamp() + ${LEASE}
    FROM d JOIN l ON l.endpoint_id = d.endpoint_id AND ${isHeldBy('l')} AND (l.held_until IS NOT NULL OR l.epoch < d.epoch)
      JOIN webhook_endpoints e ON ${isOneOf('e.id', 'd.endpoint_id')}
    WHERE ${isOneOf('r.endpoint_id', 'd.endpoint_id')}
    RETURNING r.endpoint_id, e.updated_at, ${UNHURRIED}`,
};

/** `after_due` and `after_id` name the row to read on after: what was read before lies there as dead rows for a while. */
export const READINGS = new Recordset({
  id: 'text',
  most: 'int4',
  updated_at: 'timestamptz',
  after_due: 'text',
  after_id: 'uuid',
});

/**
 * Reads what is due of endpoints that are held. Of one that was changed since it was taken only its id comes, as
 * `changed_id`: what became due after the change must not go out the old way (another URL, another secret).
 */
export const READ = {
  name: 'turn_read',
  text: `
    WITH t AS MATERIALIZED (
      SELECT r.*, e.updated_at <> r.updated_at AS is_changed
      FROM ${READINGS.sql('r')} JOIN webhook_endpoints e ON ${isOneOf('e.id', 'r.id')}
    )
    SELECT c.id AS changed_id, ${DUE_COLUMNS} FROM (SELECT id FROM t WHERE is_changed) c FULL JOIN (${due(
      '(SELECT * FROM t WHERE NOT is_changed) AS ep',
      `(d.due_at, d.id) > (ep.after_due::timestamptz, ep.after_id) AND d.id <> ALL ($${READINGS.nextParameter}::uuid[])`,
    )}
    ) q ON false`,
};

export const FINISHES = new Recordset(
  {
    endpoint_id: 'text',
    epoch: 'int8',
    due_raw: 'text',
    id: 'uuid',
    outcome: 'text',
    is_attempt: 'bool',
    status: 'int4',
    ms: 'int4',
    error: 'text',
    excerpt: 'text',
    delay_ms: 'float8',
  },
  2,
);

const END_COLUMNS = {
  endpoint_id: 'text',
  epoch: 'int8',
  updated_at: 'timestamptz',
  in_window: 'int4',
  rate_tokens: 'float8',
  breaker: 'text',
  breaker_opens: 'int4',
  fails: 'int4',
  is_new_failing: 'bool',
  pause_ms: 'float8',
} as const;

/**
 * What turns learned, and that they let their endpoints go. An endpoint that was changed meanwhile (another URL, enabled,
 * disabled) keeps what the change made of its breaker.
 */
const letGo = (ended: string, lockedRuns: string): string => `
  UPDATE endpoint_runs r SET owner = $1, epoch = s.epoch, held_until = NULL, unfinished_epochs = 0, in_window = s.in_window, rate_tokens = s.rate_tokens, fails = s.fails,
    failing_since = CASE WHEN s.fails = 0 THEN NULL WHEN s.is_new_failing THEN statement_timestamp()
      ELSE coalesce(r.failing_since, statement_timestamp()) END,
    breaker = CASE WHEN s.is_same THEN s.breaker ELSE r.breaker END,
    breaker_opens = CASE WHEN s.is_same THEN s.breaker_opens ELSE r.breaker_opens END,
    blocked_until = CASE WHEN s.is_same THEN statement_timestamp() + s.pause_ms * interval '1 millisecond' ELSE r.blocked_until END
  FROM (
    SELECT d.*, e.updated_at = d.updated_at AS is_same
    FROM ${ended} d JOIN ${lockedRuns} l ON l.endpoint_id = d.endpoint_id AND ${isHeldBy('l')} JOIN webhook_endpoints e ON ${isOneOf('e.id', 'd.endpoint_id')}
  ) s WHERE ${isOneOf('r.endpoint_id', 's.endpoint_id')}`;

/** The ends of turns of which the last row is among those finished. */
export const FINISHING_ENDS = new Recordset(END_COLUMNS, FINISHES.nextParameter);

/**
 * Deletes finished rows, puts those back that are to be tried again, and writes the attempts: all of it or nothing, and
 * only where the turn still holds the endpoint. due_at travels as text, since a Date has milliseconds only. Turns that
 * are over with it end here as well. Returns the ids of those it found nothing of, which are few.
 */
export const FINISH = {
  name: 'turn_finish',
  text: `
    WITH d AS MATERIALIZED (
      SELECT * FROM ${FINISHES.sql('d')}
    ), f AS MATERIALIZED (${locked('(SELECT d.endpoint_id FROM d)')}
    ), gone AS (
      DELETE FROM delivery_work w USING d JOIN f ON f.endpoint_id = d.endpoint_id AND ${isHeldBy('f')}
      WHERE ${isOneOf('w.endpoint_id', 'd.endpoint_id')} AND w.due_at = d.due_raw::timestamptz AND w.id = d.id
      RETURNING w.endpoint_id, w.id, w.account_id, w.event_id, w.event_at, w.attempt, w.first_at, w.manual,
        d.outcome, d.is_attempt, d.status, d.ms, d.error, d.excerpt, d.delay_ms
    ), again AS (
      INSERT INTO delivery_work (endpoint_id, due_at, id, account_id, event_id, event_at, attempt, first_at, manual)
      SELECT g.endpoint_id, statement_timestamp() + g.delay_ms * interval '1 millisecond', g.id, g.account_id, g.event_id,
        g.event_at, g.attempt + g.is_attempt::integer, coalesce(g.first_at, statement_timestamp()), g.manual
      FROM gone g WHERE g.delay_ms IS NOT NULL
    ), said AS (
      INSERT INTO attempts (at, work_id, n, account_id, endpoint_id, event_id, event_at, outcome, status, ms, error, next_at, excerpt)
      SELECT statement_timestamp(), g.id, g.attempt + 1, g.account_id, g.endpoint_id, g.event_id, g.event_at, g.outcome,
        g.status, g.ms, g.error, statement_timestamp() + g.delay_ms * interval '1 millisecond', g.excerpt
      FROM gone g
    ), x AS MATERIALIZED (
      SELECT * FROM ${FINISHING_ENDS.sql('x')}
    ), ended AS (${letGo('x', 'f')}
    )
    SELECT d.id FROM d LEFT JOIN gone g ON g.id = d.id WHERE g.id IS NULL`,
};

/** Disables endpoints and tells which of them were not disabled before. */
export const DISABLE = {
  name: 'turn_disable',
  text: `
    WITH e AS (
      UPDATE webhook_endpoints SET status = 'DISABLED', disabled_reason = $2, updated_at = clock_timestamp()
      WHERE id = ANY ($1::text[]) AND status = 'ENABLED' RETURNING id
    ), r AS (
      UPDATE endpoint_runs SET blocked_until = 'infinity' FROM e WHERE endpoint_id = e.id
    )
    SELECT id FROM e`,
};

export const ENDS = new Recordset(END_COLUMNS, 2);

/** The clean end of turns that do not end with a finish. */
export const END = {
  name: 'turn_end',
  text: `
    WITH d AS MATERIALIZED (
      SELECT * FROM ${ENDS.sql('d')}
    ), l AS MATERIALIZED (${locked('(SELECT d.endpoint_id FROM d)')}
    )${letGo('d', 'l')} RETURNING ${UNHURRIED}`,
};
