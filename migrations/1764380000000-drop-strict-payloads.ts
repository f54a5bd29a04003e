import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The form that endpoints with `strictNulls` get is made of the payload when it is sent, so it need not be kept. Locks
 * `events` and all its days for some milliseconds, once no statement uses them. Processes of the version before can store
 * no events from then on, and fail those requests until they are restarted.
 */
export class DropStrictPayloads1764380000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE events DROP COLUMN payload_strict');
  }

  /** Nothing is lost: it was the payload in another form, and whoever finds none sends what the payload says. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE events ADD COLUMN payload_strict bytea');
  }
}
