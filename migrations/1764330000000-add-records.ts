import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The mirror of the ATSs' records. Every table is new, so nothing is locked and it takes no time.
 *
 * The tables name integrations without a reference to them: rows come by the hundred thousand, a check of each would cost
 * as much as an index, and integrations are never deleted. `raw` is json, not jsonb: it is only ever given out again, as
 * the ATS had it.
 */
export class AddRecords1764330000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [RECORDS, PARTS, BESIDES]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE record_watches, record_aliases, unreadable_records, record_parts, records');
  }
}

const RECORDS = `
  CREATE TABLE records (
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    remote_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL UNIQUE,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    hash bytea NOT NULL,
    data jsonb NOT NULL,
    own jsonb,
    raw json,
    candidate_ref text COLLATE "C",
    application_ref text COLLATE "C",
    job_ref text COLLATE "C",
    email text COLLATE "C",
    remote_created_at timestamptz(3),
    remote_updated_at timestamptz(3),
    first_seen_at timestamptz(3) NOT NULL,
    changed_at timestamptz(3) NOT NULL,
    deleted_at timestamptz(3),
    PRIMARY KEY (integration_id, model, remote_id)
  );
  CREATE INDEX records_list ON records (integration_id, model, seq);
  CREATE INDEX records_changes ON records (integration_id, model, changed_at, seq);
  CREATE INDEX records_candidate ON records (integration_id, candidate_ref, model, seq) WHERE candidate_ref IS NOT NULL;
  CREATE INDEX records_application ON records (integration_id, application_ref, model, seq) WHERE application_ref IS NOT NULL;
  CREATE INDEX records_job ON records (integration_id, job_ref, model, seq) WHERE job_ref IS NOT NULL;
  CREATE INDEX records_email ON records (integration_id, email, model, seq) WHERE email IS NOT NULL;
`;

const PARTS = `
  CREATE TABLE record_parts (
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    remote_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    field text,
    value jsonb NOT NULL,
    first_seen_at timestamptz(3) NOT NULL,
    PRIMARY KEY (integration_id, part, remote_id)
  );
  CREATE INDEX record_parts_record ON record_parts (record_id);
`;

const BESIDES = `
  CREATE TABLE unreadable_records (
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL DEFAULT '',
    row_key text COLLATE "C" NOT NULL,
    remote_id text COLLATE "C",
    reason text NOT NULL,
    raw json,
    first_at timestamptz(3) NOT NULL,
    last_at timestamptz(3) NOT NULL,
    count integer NOT NULL DEFAULT 1,
    PRIMARY KEY (integration_id, model, part, row_key)
  );
  CREATE TABLE record_aliases (
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    remote_id text COLLATE "C" NOT NULL,
    into_remote_id text COLLATE "C" NOT NULL,
    merged_at timestamptz(3) NOT NULL,
    PRIMARY KEY (integration_id, model, remote_id)
  );
  CREATE INDEX record_aliases_into ON record_aliases (integration_id, model, into_remote_id);
  CREATE TABLE record_watches (
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    fields text[] NOT NULL,
    PRIMARY KEY (integration_id, model)
  );
`;
