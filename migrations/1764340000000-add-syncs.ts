import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Syncs: what each integration has read so far, the runs that read it, what an ATS tells by its webhooks, and the
 * changes of stage and status that come of both. All tables are new and empty: nothing is locked, and it takes
 * milliseconds.
 *
 * What a run has seen is not logged: it is worth nothing after a crash of PostgreSQL, which empties it, and a run counts
 * what it wrote so that it notices.
 */
export class AddSyncs1764340000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [SYNCS, WEBHOOKS, FOLLOW_UPS]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE attachment_files, transitions, provider_webhooks, webhook_subscriptions, sync_seen, sync_runs,
        sync_states, sync_settings;
    `);
  }
}

const SYNCS = `
  CREATE TABLE sync_settings (
    integration_id text COLLATE "C" PRIMARY KEY REFERENCES integrations,
    account_id text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    is_on boolean NOT NULL DEFAULT false,
    interval_minutes integer NOT NULL DEFAULT 15,
    models text[],
    download_files text NOT NULL DEFAULT 'RESUME',
    next_delta_at timestamptz(3),
    next_full_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE INDEX sync_settings_delta ON sync_settings (next_delta_at) WHERE is_on;
  CREATE INDEX sync_settings_full ON sync_settings (next_full_at) WHERE is_on;
  CREATE TABLE sync_states (
    integration_id text COLLATE "C" NOT NULL,
    resource text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    initial_at timestamptz(3),
    complete_at timestamptz(3),
    delta_from timestamptz(3),
    PRIMARY KEY (integration_id, resource)
  );
  CREATE TABLE sync_runs (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    mode text NOT NULL,
    is_whole boolean NOT NULL,
    models text[],
    asked text COLLATE "C" NOT NULL,
    status text NOT NULL DEFAULT 'QUEUED',
    resources jsonb NOT NULL DEFAULT '[]',
    current text,
    cursor jsonb,
    error text,
    error_detail text,
    tries integer NOT NULL DEFAULT 0,
    due_at timestamptz(6) NOT NULL DEFAULT statement_timestamp(),
    lease_owner text,
    emitted integer NOT NULL DEFAULT 0,
    events_from timestamptz(3),
    events_to timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    started_at timestamptz(3),
    finished_at timestamptz(3),
    consumed_at timestamptz(3)
  ) WITH (fillfactor = 50);
  CREATE INDEX sync_runs_integration ON sync_runs (integration_id, id);
  CREATE INDEX sync_runs_due ON sync_runs (due_at) WHERE status IN ('QUEUED', 'RUNNING');
  CREATE UNIQUE INDEX sync_runs_running ON sync_runs (integration_id) WHERE status = 'RUNNING';
  CREATE UNIQUE INDEX sync_runs_queued ON sync_runs (integration_id, asked) WHERE status = 'QUEUED';
  CREATE INDEX sync_runs_unconsumed ON sync_runs (due_at) WHERE consumed_at IS NULL AND status IN ('SUCCEEDED', 'PARTIAL');
  CREATE UNLOGGED TABLE sync_seen (
    run_id text COLLATE "C" NOT NULL,
    resource text COLLATE "C" NOT NULL,
    remote_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (run_id, resource, remote_id)
  );
`;

const WEBHOOKS = `
  CREATE TABLE webhook_subscriptions (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL UNIQUE REFERENCES integrations,
    provider text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    token_enc bytea NOT NULL,
    token_key_id text NOT NULL,
    secret_enc bytea NOT NULL,
    secret_key_id text NOT NULL,
    previous_secret_enc bytea,
    previous_secret_key_id text,
    previous_not_after timestamptz(3),
    error_email text,
    made_by text NOT NULL DEFAULT 'HAND',
    remote json NOT NULL DEFAULT '[]',
    refused integer NOT NULL DEFAULT 0,
    refused_at timestamptz(3),
    acting_until timestamptz(6),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE TABLE provider_webhooks (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    action text,
    headers json NOT NULL,
    body bytea NOT NULL,
    dedupe bytea NOT NULL,
    arrivals integer NOT NULL DEFAULT 1,
    state text NOT NULL DEFAULT 'PENDING',
    attempts integer NOT NULL DEFAULT 0,
    error text,
    due_at timestamptz(6) NOT NULL DEFAULT statement_timestamp(),
    received_at timestamptz(3) NOT NULL DEFAULT now(),
    done_at timestamptz(3),
    UNIQUE (integration_id, dedupe)
  );
  CREATE INDEX provider_webhooks_due ON provider_webhooks (integration_id, due_at) WHERE state = 'PENDING';
  CREATE INDEX provider_webhooks_integration ON provider_webhooks (integration_id, id);
  CREATE INDEX provider_webhooks_action ON provider_webhooks (integration_id, action, received_at);
  CREATE INDEX provider_webhooks_over ON provider_webhooks (done_at) WHERE done_at IS NOT NULL;
`;

const FOLLOW_UPS = `
  CREATE TABLE transitions (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    application_id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    "from" json,
    "to" json,
    occurred_at timestamptz(3),
    detected_at timestamptz(3) NOT NULL DEFAULT now(),
    seen_via text NOT NULL
  );
  CREATE INDEX transitions_application ON transitions (account_id, application_id, id);
  CREATE TABLE attachment_files (
    record_id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    file_id text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE INDEX attachment_files_file ON attachment_files (file_id);
`;
