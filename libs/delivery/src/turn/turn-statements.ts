/** What a turn does is not worth a disk flush: after a crash of PostgreSQL the fence still tells holders apart. */
const UNHURRIED = `set_config('synchronous_commit', 'off', true)`;

/** Takes endpoints that are not told to wait. Locks in id order, or two batches deadlock. */
export const TAKE = {
  name: 'turn_take',
  text: `
    WITH l AS (
      SELECT endpoint_id FROM endpoint_runs
      WHERE endpoint_id = ANY ($1::text[]) AND (blocked_until IS NULL OR blocked_until <= statement_timestamp())
      ORDER BY endpoint_id FOR UPDATE
    ), r AS (
      UPDATE endpoint_runs r SET owner = $2, epoch = r.epoch + 1, unfinished_epochs = r.unfinished_epochs + 1
      FROM l WHERE r.endpoint_id = l.endpoint_id RETURNING r.*
    )
    SELECT e.id, e.account_id, e.kind, e.integration_id, e.url, e.signature, e.headers_enc, e.headers_key_id, e.timeout_ms,
      e.updated_at, e.strict_nulls, e.status, e.deleted_at, e.max_inflight, e.max_per_second, e.retry_policy,
      r.epoch::text AS epoch, r.unfinished_epochs, r.breaker, r.breaker_opens, r.fails, r.in_window, r.rate_tokens,
      (extract(epoch FROM statement_timestamp()) * 1000)::float8 AS now_ms, ${UNHURRIED}
    FROM r JOIN webhook_endpoints e ON e.id = r.endpoint_id`,
};

/** Payloads may be large, and many turns read at once. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Reads what is due, oldest first; `found` also counts what was left out for its size. statement_timestamp() because it
 * is STABLE and so an index condition.
 */
export const READ = {
  name: 'turn_read',
  text: `
    SELECT * FROM (
      SELECT w.endpoint_id, w.due_at, w.due_at::text AS due_raw, w.id, w.account_id, w.event_id, w.event_at, w.attempt,
        (extract(epoch FROM statement_timestamp() - w.first_at) * 1000)::float8 AS age_ms,
        e.type, e.integration_id, e.subject_id, p.payload, (count(*) OVER (PARTITION BY w.endpoint_id))::integer AS found,
        row_number() OVER t AS place, sum(octet_length(p.payload)) OVER t AS bytes
      FROM unnest($1::text[], $2::integer[], $3::boolean[]) AS ep (id, most, strict)
      CROSS JOIN LATERAL (
        SELECT * FROM delivery_work d WHERE d.endpoint_id = ep.id AND d.due_at <= statement_timestamp()
        ORDER BY d.due_at, d.id LIMIT ep.most
      ) w
      LEFT JOIN events e ON e.created_at = w.event_at AND e.id = w.event_id
      CROSS JOIN LATERAL (
        SELECT CASE WHEN ep.strict THEN coalesce(e.payload_strict, e.payload) ELSE e.payload END AS payload
      ) p
      WINDOW t AS (PARTITION BY w.endpoint_id ORDER BY w.due_at, w.id)
    ) q
    WHERE q.place = 1 OR q.bytes IS NULL OR q.bytes <= ${MOST_BYTES}
    ORDER BY q.endpoint_id, q.due_at, q.id`,
};

/**
 * Deletes finished rows, puts those back that are to be tried again, and writes the attempts: all of it or nothing, and
 * only where owner and epoch are still those of the turn. due_at travels as text, since a Date has milliseconds only.
 */
export const FINISH = {
  name: 'turn_finish',
  text: `
    WITH d AS MATERIALIZED (
      SELECT * FROM unnest($2::text[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::boolean[], $8::integer[],
        $9::integer[], $10::text[], $11::text[], $12::float8[])
        AS d (endpoint_id, epoch, due_raw, id, outcome, is_attempt, status, ms, error, excerpt, delay_ms)
    ), f AS MATERIALIZED (
      SELECT r.endpoint_id, r.epoch FROM endpoint_runs r
      WHERE r.owner = $1 AND r.endpoint_id IN (SELECT d.endpoint_id FROM d)
      ORDER BY r.endpoint_id FOR NO KEY UPDATE
    ), gone AS (
      DELETE FROM delivery_work w USING d JOIN f ON f.endpoint_id = d.endpoint_id AND f.epoch = d.epoch
      WHERE w.endpoint_id = d.endpoint_id AND w.due_at = d.due_raw::timestamptz AND w.id = d.id
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
    )
    SELECT id FROM gone`,
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

/**
 * The clean end of turns: what they learned. An endpoint that was changed meanwhile (another URL, enabled, disabled)
 * keeps what the change made of its breaker.
 */
export const END = {
  name: 'turn_end',
  text: `
    WITH d AS MATERIALIZED (
      SELECT * FROM unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::integer[], $6::float8[], $7::text[],
        $8::integer[], $9::integer[], $10::boolean[], $11::float8[])
        AS d (endpoint_id, epoch, updated_at, in_window, rate_tokens, breaker, breaker_opens, fails, is_new_failing, pause_ms)
    ), l AS MATERIALIZED (
      SELECT r.endpoint_id, r.epoch FROM endpoint_runs r
      WHERE r.owner = $1 AND r.endpoint_id IN (SELECT d.endpoint_id FROM d)
      ORDER BY r.endpoint_id FOR NO KEY UPDATE
    ), s AS (
      SELECT d.*, e.updated_at = d.updated_at AS is_same, ${UNHURRIED}
      FROM d JOIN l ON l.endpoint_id = d.endpoint_id AND l.epoch = d.epoch JOIN webhook_endpoints e ON e.id = d.endpoint_id
    )
    UPDATE endpoint_runs r SET unfinished_epochs = 0, in_window = s.in_window, rate_tokens = s.rate_tokens, fails = s.fails,
      failing_since = CASE WHEN s.fails = 0 THEN NULL WHEN s.is_new_failing THEN statement_timestamp()
        ELSE coalesce(r.failing_since, statement_timestamp()) END,
      breaker = CASE WHEN s.is_same THEN s.breaker ELSE r.breaker END,
      breaker_opens = CASE WHEN s.is_same THEN s.breaker_opens ELSE r.breaker_opens END,
      blocked_until = CASE WHEN s.is_same THEN statement_timestamp() + s.pause_ms * interval '1 millisecond' ELSE r.blocked_until END
    FROM s WHERE r.endpoint_id = s.endpoint_id`,
};
