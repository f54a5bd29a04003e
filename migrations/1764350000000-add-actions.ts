import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who the users of a product are in its customers' ATSs. Both tables are new and empty, so nothing is locked. */
export class AddActions1764350000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE user_mappings (
        integration_id text COLLATE "C" NOT NULL REFERENCES integrations,
        external_user_id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL REFERENCES accounts,
        user_id text COLLATE "C",
        email text,
        matched_by text,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (integration_id, external_user_id)
      );
      CREATE TABLE default_users (
        integration_id text COLLATE "C" PRIMARY KEY REFERENCES integrations,
        account_id text COLLATE "C" NOT NULL REFERENCES accounts,
        user_id text COLLATE "C" NOT NULL,
        updated_at timestamptz(3) NOT NULL DEFAULT now()
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE default_users, user_mappings;');
  }
}
