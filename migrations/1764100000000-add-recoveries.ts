import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sending again what an endpoint missed, in the background, and long changes of its backlog in short steps. The new
 * tables are empty. The two indexes are on few rows (manual deliveries that wait, failed attempts), but to find these
 * each table is read once while nothing may be written to it: seconds per million rows of `attempts`.
 */
export class AddRecoveries1764100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE recoveries (
        id text COLLATE "C" PRIMARY KEY,
        account_id text COLLATE "C" NOT NULL REFERENCES accounts,
        endpoint_id text COLLATE "C" NOT NULL REFERENCES webhook_endpoints,
        asked text COLLATE "C" NOT NULL,
        which text NOT NULL,
        since timestamptz(3) NOT NULL,
        until timestamptz(3) NOT NULL,
        state text NOT NULL DEFAULT 'RUNNING',
        done integer NOT NULL DEFAULT 0,
        day timestamptz(3) NOT NULL,
        cursor_xid text NOT NULL DEFAULT '0',
        cursor_id text COLLATE "C" NOT NULL DEFAULT '',
        examined_until timestamptz(3) NOT NULL,
        next_at timestamptz(6) NOT NULL DEFAULT now(),
        stepped_at timestamptz(3) NOT NULL DEFAULT now(),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        completed_at timestamptz(3)
      );
      CREATE INDEX recoveries_account ON recoveries (account_id, id);
      CREATE INDEX recoveries_endpoint ON recoveries (endpoint_id, id);
      CREATE INDEX recoveries_next ON recoveries (next_at) WHERE state = 'RUNNING';
      CREATE UNIQUE INDEX recoveries_running ON recoveries (endpoint_id, asked) WHERE state = 'RUNNING';
      CREATE TABLE endpoint_chores (
        endpoint_id text COLLATE "C" NOT NULL REFERENCES webhook_endpoints,
        what text NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        reached timestamptz(6),
        next_at timestamptz(6) NOT NULL DEFAULT now(),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (endpoint_id, what)
      );
      CREATE INDEX endpoint_chores_next ON endpoint_chores (next_at);
      CREATE INDEX delivery_work_manual ON delivery_work (endpoint_id, due_at) WHERE manual;
      CREATE INDEX attempts_failed ON attempts (account_id, event_at DESC, event_id, endpoint_id) WHERE outcome IN ('FAILED', 'EXPIRED');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX attempts_failed, delivery_work_manual;
      DROP TABLE endpoint_chores, recoveries;
    `);
  }
}
