import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

/**
 * The floor of the intake figure: a bare HTTP server that reads a JSON body, writes the same three rows as the hub (a
 * record, an event with its whole payload, a due delivery) durably with one prepared statement, and answers with an id.
 * No routing, no keys, no checks, no dedupe, no index but the primary keys, nobody to tell.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS floor_records (id text COLLATE "C" PRIMARY KEY, account_id text NOT NULL,
    integration_id text NOT NULL, dedupe uuid NOT NULL, status text NOT NULL, candidate json NOT NULL,
    package json NOT NULL, callback_url text, origin_data json NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS floor_events (id text COLLATE "C" PRIMARY KEY, account_id text NOT NULL, type text NOT NULL,
    integration_id text NOT NULL, subject_id text NOT NULL, payload bytea NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS floor_work (endpoint_id text COLLATE "C", due_at timestamptz DEFAULT statement_timestamp(),
    id uuid DEFAULT gen_random_uuid(), account_id text NOT NULL, event_id text NOT NULL,
    event_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (endpoint_id, due_at, id));
`);
const INSERT = {
  name: 'floor',
  text: `WITH r AS (
      INSERT INTO floor_records (id, account_id, integration_id, dedupe, status, candidate, package, callback_url, origin_data)
      VALUES ($1, $2, $3, $4, 'NOT_SPECIFIED', $5, $6, $7, $8)
    ), e AS (
      INSERT INTO floor_events (id, account_id, type, integration_id, subject_id, payload)
      VALUES ($9, $2, 'record.new', $3, $1, $10)
    )
    INSERT INTO floor_work (endpoint_id, account_id, event_id) VALUES ($11, $2, $9)`,
};
const PACKAGE = JSON.stringify({ description: null, id: 'bench', metaData: null, name: 'Bench', type: null });
const ACCOUNT = 'acc_0000000000000000000000';
const INTEGRATION = 'int_0000000000000000000000';
const ENDPOINT = 'whe_0000000000000000000000';
const DEDUPE = randomUUID();

interface Body {
  candidate: unknown;
  url: string;
}

createServer((request, response) => {
  if (request.method === 'GET') return void response.end('ok');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks).toString('utf8');
    const id = randomUUID();
    pool.query({ ...INSERT, values: rowsOf(id, raw) }).then(
      () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ partner_interview_id: id }));
      },
      () => response.writeHead(500).end(),
    );
  });
}).listen(Number(process.env.PORT), '127.0.0.1');

function rowsOf(id: string, raw: string): unknown[] {
  const { candidate, url } = JSON.parse(raw) as Body;
  const candidateText = JSON.stringify(candidate);
  const eventId = randomUUID();
  // As long as the hub's envelope around the same data, but put together from text.
  const payload = `{"eventType":"record.new","eventData":{"candidateAssessment":{"applicationId":"4190334003",
    "assessmentPackage":${PACKAGE},"callbackUrl":"${url}","candidate":${candidateText},"id":"${id}","jobId":null,
    "metaData":null,"originData":${raw},"status":"NOT_SPECIFIED"}},"eventId":"${eventId}","recordId":"${id}",
    "syncType":"real_time","syncDataType":"ats_assessments","syncJobId":"real_time",
    "syncRunId":"real_time_${eventId}","triggeredAt":${Date.now()}}`;
  return [id, ACCOUNT, INTEGRATION, DEDUPE, candidateText, PACKAGE, url, raw, eventId, Buffer.from(payload), ENDPOINT];
}
