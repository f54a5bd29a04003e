import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many requests an ATS still takes, counted over all processes, and what was asked of it. New, empty tables and a
 * function: locks nothing and takes no time.
 */
export class AddRequestBudgets1764310000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [TABLES, TAKE]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION atsume_take_permits; DROP TABLE request_budgets; DROP TABLE request_log');
  }
}

const TABLES = `
  CREATE TABLE request_budgets (
    account_id text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    window_id bigint NOT NULL DEFAULT 1,
    window_ends timestamptz(6) NOT NULL,
    is_aligned boolean NOT NULL DEFAULT false,
    used integer NOT NULL DEFAULT 0,
    max_requests integer NOT NULL,
    slack_ms integer NOT NULL DEFAULT 50,
    blocked_until timestamptz(6),
    PRIMARY KEY (account_id, key)
  ) WITH (fillfactor = 50);
  CREATE TABLE request_log (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    at timestamptz(3) NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    status integer,
    ms integer NOT NULL,
    failure text,
    error text,
    request_id text,
    retries integer NOT NULL DEFAULT 0
  );
  CREATE INDEX request_log_integration ON request_log (integration_id, id);
`;

// One call does all there is to do with a budget's row, under its lock and by this clock: begin a window when the last one
// is over, take in what the ATS's answers said (learned_…), take back what was not used, block for everybody, and grant.
//
// An answer says for how much longer the ATS's window lasts, at most: the true end is never later than now plus that. The
// first answer of a window sets its end, later ones only move it forward, so that the end comes ever closer from above.
// A window that begins late loses nothing, since the ATS's permits do not go away before its end; one that begins early
// is refused. An end that is half a window further away than ours means that the ATS has begun the next one.
//
// Work in the background leaves a tenth of a window to callers who wait, until the last fifth of it.
const TAKE = `
  CREATE FUNCTION atsume_take_permits(
    account text, budget text, default_limit integer, window_ms float8, wanted integer, spare integer, is_background boolean,
    learned_limit integer, learned_remaining integer, learned_ends_ms float8, learned_window bigint, block_ms float8,
    returned integer, returned_window bigint,
    OUT granted integer, OUT window_id bigint, OUT left_ms float8, OUT wait_ms float8, OUT max_requests integer
  ) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
  DECLARE
    b request_budgets;
    t timestamptz;
    length interval := window_ms * interval '1 millisecond';
    ends timestamptz;
    free integer;
    thought_used integer;
    is_last boolean;
  BEGIN
    -- What a crash of the database takes back of this, the ATS's next answer says again.
    PERFORM set_config('synchronous_commit', 'off', true);
    SELECT * INTO b FROM request_budgets r WHERE r.account_id = account AND r.key = budget FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO request_budgets (account_id, key, window_ends, max_requests)
      VALUES (account, budget, clock_timestamp() + length, default_limit) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT b FROM request_budgets r WHERE r.account_id = account AND r.key = budget FOR UPDATE;
    END IF;
    t := clock_timestamp();

    -- Further away than it is ever set: the clock has gone back.
    IF b.window_ends > t + 2 * length + interval '5 seconds' THEN b.window_ends := t + length; END IF;
    IF b.blocked_until > t + interval '61 minutes' THEN b.blocked_until := NULL; END IF;
    IF b.window_ends <= t THEN
      b.window_ends := b.window_ends
        + length * greatest(1, ceil(extract(epoch FROM t - b.window_ends) * 1000 / window_ms + 1e-6));
      b.window_id := b.window_id + 1;
      b.used := 0;
      b.is_aligned := false;
    END IF;

    IF returned > 0 AND returned_window = b.window_id THEN b.used := greatest(0, b.used - returned); END IF;
    thought_used := b.used;
    b.max_requests := coalesce(learned_limit, b.max_requests);
    -- What is known of a window that is over says nothing of this one.
    IF learned_window <> b.window_id THEN
      learned_ends_ms := NULL;
      learned_remaining := NULL;
    END IF;
    IF learned_ends_ms > 0 THEN
      ends := t + least(learned_ends_ms, window_ms + 1000) * interval '1 millisecond' + b.slack_ms * interval '1 millisecond';
      IF b.is_aligned AND ends > b.window_ends + length / 2 THEN
        b.window_id := b.window_id + 1;
        b.used := 0;
        b.window_ends := ends;
      ELSIF b.is_aligned THEN
        b.window_ends := least(b.window_ends, ends);
      ELSE
        b.window_ends := ends;
        b.is_aligned := true;
      END IF;
    END IF;
    IF learned_remaining IS NOT NULL AND (learned_ends_ms IS NULL OR learned_ends_ms > 0) THEN
      b.used := greatest(b.used, b.max_requests - learned_remaining);
    END IF;

    IF block_ms > 0 THEN
      -- Refused although permits were left: its window may end later than it says.
      IF thought_used < b.max_requests AND (b.blocked_until <= t) IS NOT FALSE THEN
        b.slack_ms := least(1000, b.slack_ms + 250);
      END IF;
      b.blocked_until := greatest(b.blocked_until, t + block_ms * interval '1 millisecond');
    END IF;

    is_last := b.window_ends <= t + length / 5;
    free := b.max_requests - b.used - CASE WHEN is_background AND NOT is_last THEN b.max_requests / 10 ELSE 0 END;
    granted := 0;
    wait_ms := 0;
    IF b.blocked_until > t THEN
      wait_ms := extract(epoch FROM b.blocked_until - t) * 1000;
    ELSIF free <= 0 THEN
      wait_ms := extract(epoch FROM b.window_ends - t) * 1000;
      IF b.used < b.max_requests THEN wait_ms := wait_ms - window_ms / 5; END IF;
    ELSE
      b.blocked_until := NULL;
      granted := least(free, wanted + least(spare, greatest(0, free - wanted) / 8));
      b.used := b.used + granted;
    END IF;
    window_id := b.window_id;
    max_requests := b.max_requests;
    left_ms := extract(epoch FROM b.window_ends - t) * 1000;

    UPDATE request_budgets r SET window_id = b.window_id, window_ends = b.window_ends, is_aligned = b.is_aligned, used = b.used,
      max_requests = b.max_requests, slack_ms = b.slack_ms, blocked_until = b.blocked_until
    WHERE r.account_id = account AND r.key = budget;
  END $$;
`;
