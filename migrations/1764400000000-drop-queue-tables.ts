import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rings go over `NOTIFY` where there is no Redis, and need no tables. Those of the library that carried them before held nothing
 * but hints; the sweep finds whatever they named.
 */
export class DropQueueTables1764400000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA IF EXISTS bullmq CASCADE');
  }

  /** The version before makes its tables anew when it starts. */
  async down(): Promise<void> {}
}
