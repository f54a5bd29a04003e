import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an order and its delivery write into indexes: nothing looked for events by their id alone, and whoever looks for
 * work or attempts of an event knows its account and its time, by which other indexes find it. Only attempts that did not
 * deliver, the few, are found by endpoint, and those of an event that is not over by that event.
 *
 * Dropping takes a moment. To make the two, `attempts` is read once while nothing may be written to it: seconds per million rows.
 */
export class DropUnneededIndexes1764390000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX events_id, delivery_work_event, attempts_event, attempts_endpoint;
      CREATE INDEX attempts_open ON attempts (event_id, endpoint_id) WHERE outcome IN ('RETRYING', 'WAITING');
      CREATE INDEX attempts_endpoint ON attempts (endpoint_id, at DESC) WHERE outcome <> 'DELIVERED';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX attempts_open, attempts_endpoint;
      CREATE INDEX events_id ON events (id);
      CREATE INDEX delivery_work_event ON delivery_work (event_id);
      CREATE INDEX attempts_endpoint ON attempts (endpoint_id, at DESC);
      CREATE INDEX attempts_event ON attempts (event_id);
    `);
  }
}
