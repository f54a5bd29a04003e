import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What retention needs of the owner's rights: letting go of one day of events or attempts. Makes functions only, so it
 * locks nothing and takes no time.
 */
export class AddRetention1764200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [LIVE_WORK, DROP_PARTITION]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION atsume_drop_partition(text, date);
      DROP FUNCTION atsume_live_work(date);
    `);
  }
}

// Hops from account to account, and within one from day to day, over delivery_work_account: a few index probes for each
// account that has work, however many rows wait. The settings keep the planner to that whatever its statistics say.
const LIVE_WORK = `
  CREATE FUNCTION atsume_live_work(before date) RETURNS TABLE (account_id text, day date)
  LANGUAGE sql STABLE STRICT SET search_path = public, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off
  SET enable_sort = off SET jit = off AS $$
    WITH RECURSIVE place AS (
      (SELECT w.account_id, w.event_at FROM delivery_work w ORDER BY w.account_id, w.event_at LIMIT 1)
      UNION ALL
      SELECT n.account_id, n.event_at FROM place p CROSS JOIN LATERAL (
        SELECT w.account_id, w.event_at FROM delivery_work w
        WHERE (w.account_id, w.event_at) >= (p.account_id, CASE
          WHEN p.event_at < before::timestamp AT TIME ZONE 'UTC'
          THEN ((p.event_at AT TIME ZONE 'UTC')::date + 1)::timestamp AT TIME ZONE 'UTC'
          ELSE 'infinity'::timestamptz END)
        ORDER BY w.account_id, w.event_at LIMIT 1
      ) n
    )
    SELECT p.account_id, (p.event_at AT TIME ZONE 'UTC')::date FROM place p
    WHERE p.event_at < before::timestamp AT TIME ZONE 'UTC'
  $$;
  REVOKE ALL ON FUNCTION atsume_live_work(date) FROM PUBLIC;
`;

// DROP wants the parent to itself for a moment, and who waits for that keeps everybody behind him waiting too: hence the
// short patience, and the parent before the partition, so that there is one wait at most. Not DETACH CONCURRENTLY, which
// no function may run, and the runtime's role owns nothing that it could detach.
const DROP_PARTITION = `
  CREATE FUNCTION atsume_drop_partition(parent text, day date) RETURNS text
  LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '150ms' AS $$
  DECLARE
    part text := parent || '_' || to_char(day, 'YYYYMMDD');
  BEGIN
    IF parent NOT IN ('events', 'attempts') OR day < date '2000-01-01' OR day >= (now() AT TIME ZONE 'UTC')::date - 1 THEN
      RAISE EXCEPTION 'dropping % of % refused', day, parent USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = to_regclass(parent) AND inhrelid = to_regclass(part)) THEN
      RETURN 'absent';
    END IF;
    IF EXISTS (SELECT FROM atsume_live_work(day + 1) w WHERE w.day = atsume_drop_partition.day) THEN
      RETURN 'held';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('atsume_ensure_partitions')) THEN
      RETURN 'busy';
    END IF;
    EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE NOWAIT', part);
    EXECUTE format('DROP TABLE %I', part);
    RETURN 'dropped';
  EXCEPTION WHEN lock_not_available THEN
    RETURN 'busy';
  END $$;
  REVOKE ALL ON FUNCTION atsume_drop_partition(text, date) FROM PUBLIC;
`;
