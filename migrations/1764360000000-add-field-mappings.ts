import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reading the mirror: fields of an account's own, and indexes for the filters that are asked for most. The indexes are
 * built while `records` cannot be written; that takes seconds per million rows.
 */
export class AddFieldMappings1764360000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE field_mappings (
        id text COLLATE "C" PRIMARY KEY,
        account_id text COLLATE "C" NOT NULL REFERENCES accounts,
        scope text NOT NULL,
        provider text COLLATE "C" NOT NULL DEFAULT '',
        integration_id text COLLATE "C" NOT NULL DEFAULT '',
        model text COLLATE "C" NOT NULL,
        direction text NOT NULL,
        key text COLLATE "C" NOT NULL,
        path text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        UNIQUE (account_id, scope, provider, integration_id, model, direction, key)
      );
      CREATE INDEX field_mappings_model ON field_mappings (account_id, model);
      CREATE INDEX records_stage ON records (integration_id, (data ->> 'stageRemoteId'), model, seq)
        WHERE data ->> 'stageRemoteId' IS NOT NULL;
      CREATE INDEX records_status ON records (integration_id, model, (data -> 'status' ->> 'value'), seq)
        WHERE data -> 'status' ->> 'value' IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX records_status, records_stage; DROP TABLE field_mappings;');
  }
}
