import { createHash } from 'node:crypto';
import pg from 'pg';
import { Agent, request } from 'undici';
import { Recordset } from '#libs/store';
import { answer } from './answer.ts';

const agent = new Agent({ connections: 2, keepAliveTimeout: 30_000, pipelining: 1 });
const PAGE = 500;

interface Job {
  url: string;
  credentials: Record<string, string>;
  databaseUrl: string;
  /** The lists to read; those of parts go into a table of parts. */
  lists: readonly { path: string; isPart: boolean }[];
}

type Row = Record<string, unknown>;

const RECORDS = new Recordset(
  { remote_id: 'text', id: 'text', hash: 'bytea', data: 'text', candidate_ref: 'text', job_ref: 'text', email: 'text' },
  2,
);
const PARTS = new Recordset({ remote_id: 'text', record_id: 'text', value: 'text' }, 2);
const INSERT_RECORDS = `
  INSERT INTO floor_records (account_id, integration_id, model, remote_id, id, hash, data, raw, candidate_ref, job_ref,
    email, remote_created_at, remote_updated_at, first_seen_at, changed_at)
  SELECT 'acct', 'int', $1, d.remote_id, d.id, d.hash, d.data::jsonb, d.data::json, d.candidate_ref, d.job_ref, d.email,
    now(), now(), now(), now() FROM ${RECORDS.sql('d')}`;
const INSERT_PARTS = `
  INSERT INTO floor_parts (account_id, integration_id, part, remote_id, model, record_id, field, value, first_seen_at)
  SELECT 'acct', 'int', $1, d.remote_id, 'candidates', d.record_id, 'parts', d.value::jsonb, now() FROM ${PARTS.sql('d')}`;
const TABLES = `
  CREATE TABLE floor_records (LIKE records INCLUDING ALL);
  CREATE TABLE floor_parts (LIKE record_parts INCLUDING ALL)`;

/** The floor of a first sync: pages the same lists and puts each page into identical tables by one statement; no more. */
async function read({ url, credentials, databaseUrl, lists }: Job) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(TABLES);
  const authorization = await authorize(url, credentials);
  const startedAt = performance.now();
  const counts: Record<string, number> = {};
  for (const { path, isPart } of lists) {
    let count = 0;
    const first = `${url}/api/v3/${path}?per_page=${PAGE}`;
    // The next page is on its way while one is stored, as with the hub.
    for (let coming: Promise<Page> | null = page(first, authorization); coming !== null;) {
      const { rows, next }: Page = await coming;
      coming = next === null ? null : page(next, authorization);
      await (isPart ? putParts(client, path, rows) : putRecords(client, path, rows));
      count += rows.length;
    }
    counts[path] = count;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await client.query('DROP TABLE floor_records, floor_parts');
  await client.end();
  return { seconds, counts };
}

async function authorize(url: string, { clientId, clientSecret }: Record<string, string>): Promise<string> {
  const reply = await request(`${url}/auth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  const { access_token } = (await reply.body.json()) as { access_token: string };
  return `Bearer ${access_token}`;
}

interface Page {
  rows: Row[];
  next: string | null;
}

async function page(url: string, authorization: string): Promise<Page> {
  const reply = await request(url, { dispatcher: agent, headers: { authorization, accept: 'application/json' } });
  const rows = (await reply.body.json()) as Row[];
  if (reply.statusCode !== 200) throw new Error(`${url}: ${reply.statusCode} ${JSON.stringify(rows)}`);
  return { rows, next: /<([^>]+)>; rel="next"/.exec(String(reply.headers.link ?? ''))?.[1] ?? null };
}

async function putRecords(client: pg.Client, model: string, rows: Row[]): Promise<void> {
  const values = rows.map((row) => {
    const data = JSON.stringify(row);
    const [email] = (row.email_addresses ?? []) as { value: string }[];
    return {
      remote_id: String(row.id),
      id: `${model}_${idOf(row.id)}`,
      hash: createHash('sha256').update(data).digest().subarray(0, 16),
      data,
      candidate_ref: row.candidate_id == null ? null : `cand_${idOf(row.candidate_id)}`,
      job_ref: row.job_id == null ? null : `jobb_${idOf(row.job_id)}`,
      email: email?.value ?? null,
    };
  });
  await client.query({ name: 'records', text: INSERT_RECORDS, values: [model, ...RECORDS.values(values)] });
}

async function putParts(client: pg.Client, part: string, rows: Row[]): Promise<void> {
  const values = rows.map((row) => ({
    remote_id: String(row.id),
    record_id: `cand_${idOf(row.candidate_id ?? row.application_id)}`,
    value: JSON.stringify(row),
  }));
  await client.query({ name: 'parts', text: INSERT_PARTS, values: [part, ...PARTS.values(values)] });
}

/** As long as the hub's own ids, and in no order, as they are. */
function idOf(remoteId: unknown): string {
  return createHash('md5').update(String(remoteId)).digest('base64url');
}

answer({ read });
