import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema. Takes no lock anybody could wait for (nothing exists before it) and runs in well under a second.
 *
 * Ids are text with the byte-order collation: time-ordered by construction. `events` and `attempts` are partitioned by
 * day and made ahead by a function that the runtime's role may call, since that role owns nothing.
 */
export class CreateSchema1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [ACCOUNTS, INTEGRATIONS, FILES, ASSESSMENTS, DELIVERY, PARTITIONS, OPERATIONS]) {
      await queryRunner.query(statement);
    }
    await queryRunner.query(
      `SELECT atsume_ensure_partitions((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + 8)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION atsume_ensure_partitions(date, date);
      DROP TABLE sandbox_documents, clocks, encryption_check, idempotency_keys, attempts, delivery_work, events,
        endpoint_runs, endpoint_secrets, webhook_endpoints, partner_reports, assessment_timeline, assessment_results,
        assessments, files, assessment_packages, inbound_secret_keys, inbound_secrets, integrations, api_keys, accounts;
    `);
  }
}

const ACCOUNTS = `
  CREATE TABLE accounts (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    partner_token text NOT NULL UNIQUE,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE TABLE api_keys (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    name text,
    hash bytea NOT NULL UNIQUE,
    previous_hash bytea UNIQUE,
    previous_not_after timestamptz(3),
    prefix text NOT NULL,
    last_four text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    last_used_at timestamptz(3),
    revoked_at timestamptz(3)
  );
  CREATE INDEX api_keys_account ON api_keys (account_id, id);
`;

const INTEGRATIONS = `
  CREATE TABLE integrations (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    provider text NOT NULL,
    origin_org_id text NOT NULL,
    origin_org_name text NOT NULL,
    status text NOT NULL,
    status_reason text,
    report_closed boolean NOT NULL DEFAULT false,
    allowed_callback_hosts text[] NOT NULL DEFAULT '{}',
    default_package_id text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    UNIQUE (account_id, provider, origin_org_id)
  );
  CREATE INDEX integrations_account ON integrations (account_id, id);
  CREATE TABLE inbound_secrets (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    integration_id text COLLATE "C" NOT NULL REFERENCES integrations,
    provider text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    revoked_at timestamptz(3)
  );
  CREATE INDEX inbound_secrets_account ON inbound_secrets (account_id, id);
  CREATE TABLE inbound_secret_keys (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    integration_id text COLLATE "C" NOT NULL REFERENCES integrations,
    secret_id text COLLATE "C" NOT NULL REFERENCES inbound_secrets,
    hash bytea NOT NULL UNIQUE,
    key_enc bytea NOT NULL,
    key_id text NOT NULL,
    last_four text NOT NULL,
    is_token boolean NOT NULL DEFAULT false,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    not_after timestamptz(3),
    revoked_at timestamptz(3),
    last_used_at timestamptz(6)
  );
  CREATE INDEX inbound_secret_keys_integration ON inbound_secret_keys (integration_id, last_used_at DESC NULLS LAST);
  CREATE INDEX inbound_secret_keys_secret ON inbound_secret_keys (secret_id);
  CREATE TABLE assessment_packages (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    external_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    description text,
    type text,
    status text NOT NULL,
    max_score double precision,
    pass_score double precision,
    duration_minutes integer,
    integration_ids text[],
    meta_data json,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    UNIQUE (account_id, external_id)
  );
  CREATE INDEX assessment_packages_account ON assessment_packages (account_id, id);
`;

const FILES = `
  CREATE TABLE files (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C",
    state text NOT NULL,
    name text,
    content_type text,
    size_bytes bigint,
    sha256 text,
    error text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    stored_at timestamptz(3)
  );
`;

// No foreign keys from what an order inserts to its account and integration: these are never deleted, and all orders of a
// vendor would queue for the lock on the same two rows (measured: half the orders per second).
const ASSESSMENTS = `
  CREATE TABLE assessments (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    integration_id text COLLATE "C" NOT NULL,
    provider text NOT NULL,
    dedupe bytea NOT NULL,
    status text NOT NULL,
    outcome text NOT NULL DEFAULT 'NONE',
    application_id text,
    job_id text,
    candidate json NOT NULL,
    package_id text NOT NULL,
    package json NOT NULL,
    callback_url text,
    meta_data json,
    origin_data json NOT NULL,
    resume_file_id text COLLATE "C",
    started_at timestamptz(3),
    completed_at timestamptz(3),
    result_version integer NOT NULL DEFAULT 0,
    writeback_state text NOT NULL DEFAULT 'NONE',
    writeback_attempts integer NOT NULL DEFAULT 0,
    writeback_error text,
    writeback_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    UNIQUE (integration_id, dedupe)
  );
  CREATE INDEX assessments_account ON assessments (account_id, id);
  CREATE INDEX assessments_writeback_failed ON assessments (integration_id) WHERE writeback_state = 'FAILED';
  CREATE TABLE assessment_results (
    assessment_id text COLLATE "C" NOT NULL REFERENCES assessments,
    version integer NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    status text NOT NULL,
    score double precision,
    max_score double precision,
    outcome text NOT NULL,
    profile_url text,
    summary text,
    traits json NOT NULL,
    meta_data json,
    started_at timestamptz(3),
    completed_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (assessment_id, version)
  );
  CREATE TABLE assessment_timeline (
    id text COLLATE "C" PRIMARY KEY,
    assessment_id text COLLATE "C" NOT NULL REFERENCES assessments,
    account_id text COLLATE "C" NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT now(),
    type text NOT NULL,
    data json NOT NULL
  );
  CREATE INDEX assessment_timeline_assessment ON assessment_timeline (assessment_id, id);
  CREATE TABLE partner_reports (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    integration_id text COLLATE "C" NOT NULL REFERENCES integrations,
    assessment_id text COLLATE "C",
    at timestamptz(3) NOT NULL DEFAULT now(),
    call text NOT NULL,
    errors json NOT NULL,
    body json NOT NULL
  );
  CREATE INDEX partner_reports_integration ON partner_reports (integration_id, id);
`;

const DELIVERY = `
  CREATE TABLE webhook_endpoints (
    id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    kind text NOT NULL,
    integration_id text COLLATE "C" REFERENCES integrations,
    url text,
    description text,
    event_types text[],
    integration_ids text[],
    headers_enc bytea,
    headers_key_id text,
    signature text NOT NULL DEFAULT 'standard',
    strict_nulls boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'ENABLED',
    disabled_reason text,
    max_inflight integer NOT NULL DEFAULT 8,
    max_per_second integer,
    timeout_ms integer NOT NULL DEFAULT 15000,
    retry_policy json,
    slot smallint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3)
  );
  CREATE INDEX webhook_endpoints_account ON webhook_endpoints (account_id, kind, id);
  CREATE TABLE endpoint_secrets (
    endpoint_id text COLLATE "C" NOT NULL REFERENCES webhook_endpoints,
    version integer NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    secret_enc bytea NOT NULL,
    key_id text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    not_after timestamptz(3),
    PRIMARY KEY (endpoint_id, version)
  );
  CREATE TABLE endpoint_runs (
    endpoint_id text COLLATE "C" PRIMARY KEY REFERENCES webhook_endpoints,
    account_id text COLLATE "C" NOT NULL,
    slot smallint NOT NULL,
    owner text,
    epoch bigint NOT NULL DEFAULT 0,
    unfinished_epochs integer NOT NULL DEFAULT 0,
    blocked_until timestamptz(6),
    breaker text NOT NULL DEFAULT 'CLOSED',
    breaker_opens integer NOT NULL DEFAULT 0,
    fails integer NOT NULL DEFAULT 0,
    failing_since timestamptz(3),
    in_window integer NOT NULL DEFAULT 2,
    rate_tokens double precision
  ) WITH (fillfactor = 50);

  CREATE TABLE events (
    id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    type text NOT NULL,
    internal boolean NOT NULL DEFAULT false,
    integration_id text COLLATE "C",
    subject_id text COLLATE "C",
    payload bytea NOT NULL,
    payload_strict bytea,
    trace_parent text,
    created_at timestamptz(3) NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (created_at, id)
  ) PARTITION BY RANGE (created_at);
  CREATE INDEX events_log ON events (account_id, xid, id) WHERE NOT internal;
  CREATE INDEX events_id ON events (id);

  CREATE TABLE delivery_work (
    endpoint_id text COLLATE "C" NOT NULL,
    due_at timestamptz(6) NOT NULL DEFAULT statement_timestamp(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    account_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    event_at timestamptz(3) NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    first_at timestamptz(3),
    manual boolean NOT NULL DEFAULT false,
    PRIMARY KEY (endpoint_id, due_at, id)
  ) PARTITION BY HASH (endpoint_id);
  CREATE INDEX delivery_work_event ON delivery_work (event_id);
  CREATE INDEX delivery_work_account ON delivery_work (account_id, event_at, event_id, endpoint_id);
  DO $$ BEGIN
    FOR part IN 0..15 LOOP
      EXECUTE format('CREATE TABLE delivery_work_%s PARTITION OF delivery_work FOR VALUES WITH (MODULUS 16, REMAINDER %s)
        WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)', part, part);
    END LOOP;
  END $$;

  CREATE TABLE attempts (
    at timestamptz(3) NOT NULL,
    work_id uuid NOT NULL,
    n integer NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    endpoint_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    event_at timestamptz(3) NOT NULL,
    outcome text NOT NULL,
    status integer,
    ms integer NOT NULL,
    error text,
    next_at timestamptz(3),
    excerpt text,
    PRIMARY KEY (at, work_id, n)
  ) PARTITION BY RANGE (at);
  CREATE INDEX attempts_final ON attempts (account_id, event_at DESC, event_id, endpoint_id) WHERE outcome IN ('DELIVERED', 'FAILED', 'EXPIRED');
  CREATE INDEX attempts_endpoint ON attempts (endpoint_id, at DESC);
  CREATE INDEX attempts_event ON attempts (event_id);

`;

const PARTITIONS = `
  CREATE FUNCTION atsume_ensure_partitions(first_day date, last_day date) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  DECLARE
    parent text;
    day date;
    part text;
    made integer := 0;
  BEGIN
    IF last_day < first_day OR last_day - first_day > 60 THEN
      RAISE EXCEPTION 'partition range % to % refused', first_day, last_day;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('atsume_ensure_partitions'));
    FOREACH parent IN ARRAY ARRAY['events', 'attempts'] LOOP
      FOR day IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
        part := parent || '_' || to_char(day, 'YYYYMMDD');
        IF to_regclass(quote_ident(part)) IS NULL THEN
          EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
          EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part,
            day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
          made := made + 1;
        END IF;
      END LOOP;
    END LOOP;
    RETURN made;
  END $$;
`;

const OPERATIONS = `
  CREATE TABLE clocks (name text PRIMARY KEY, next_at timestamptz(3) NOT NULL);
  CREATE TABLE encryption_check (key_id text PRIMARY KEY, value_enc bytea NOT NULL);
  CREATE TABLE idempotency_keys (
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    state text NOT NULL,
    status integer,
    reply_enc bytea,
    reply_key_id text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, key)
  );
  CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
  CREATE TABLE sandbox_documents (
    connector text NOT NULL,
    collection text NOT NULL,
    id text NOT NULL,
    document json NOT NULL,
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (connector, collection, id)
  );
`;
