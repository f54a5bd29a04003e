import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Until when the holder of an endpoint is to be left alone: a turn that waits for slow replies outlives the queue's job.
 * A nullable column without a default; rewrites nothing and holds its lock for a moment.
 */
export class AddEndpointLeases1764050000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE endpoint_runs ADD COLUMN held_until timestamptz(6)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE endpoint_runs DROP COLUMN held_until');
  }
}
