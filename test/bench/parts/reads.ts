import { Agent, request } from 'undici';
import type pg from 'pg';
import { connectAts, startAts, startHubAt, untilSynced } from '../ats.ts';
import { settle } from '../backlog.ts';
import { say } from '../bed.ts';
import { API_KEY } from '../hub.ts';
import { startPostgres, withClient } from '../postgres.ts';
import { type Figure, quantile } from '../report.ts';
import { setting } from '../settings.ts';

const LIMIT = 50;
/** The most a page can have; with it one comes to late pages sooner. */
const STRIDE = 250;
const CANDIDATES = setting('BENCH_RECORDS', 1_000_000);
/** Five of six are for one job: a few more than half of the candidates. */
const APPLICATIONS = Math.floor(CANDIDATES * 0.61);
/** 10,000 with a million candidates. */
const LAST_PAGE = Math.floor(CANDIDATES / 2 / LIMIT);
/** Pages next to each other that are read in turn, so that it is not always the same one. */
const PAGES = 20;
const CALLS = setting('BENCH_CALLS', 2_000);
const WARM_UP = 200;
const STEP = 50_000;

/** Late pages of a large mirror beside its first ones, through the API. */
export async function benchReads(): Promise<Figure[]> {
  const postgres = await startPostgres({ max_wal_size: '8GB' });
  const ats = await startAts(300, null);
  const site = { databaseUrl: await postgres.url('hub'), redisUrl: null };
  const api = await startHubAt(ats, site, 'api');
  try {
    const id = await connectAts(api.url, ats, ['candidates', 'applications']);
    const dispatcher = await startHubAt(ats, site, 'dispatcher');
    await untilSynced(api.url, id).finally(() => dispatcher.stop());
    const jobId = await withClient(site.databaseUrl, fill);
    const read = reader(api.url, id);
    return [
      ...(await compare(`${CANDIDATES.toLocaleString('en')} candidates`, read, '/v1/ats/candidates?')),
      ...(await compare(
        `${APPLICATIONS.toLocaleString('en')} applications, those of a job`,
        read,
        `/v1/ats/applications?jobId=${jobId}&`,
      )),
    ];
  } finally {
    await api.stop();
    await ats.stop();
    await postgres.stop();
  }
}

/** Copies of what the sync brought, each with ids of its own. Resolves to the job that most applications are for. */
async function fill(client: pg.Client): Promise<string> {
  await client.query('SET synchronous_commit = off');
  const { rows } = await client.query<{ job_ref: string }>(
    `SELECT job_ref FROM records WHERE model = 'applications' AND job_ref IS NOT NULL ORDER BY seq LIMIT 1`,
  );
  const job = rows[0]!.job_ref;
  await client.query(`CREATE TABLE samples AS SELECT row_number() OVER (PARTITION BY model ORDER BY seq) - 1 AS place, *
    FROM records`);
  await client.query('TRUNCATE records');
  for (const [model, count] of Object.entries({ candidates: CANDIDATES, applications: APPLICATIONS })) {
    for (let from = 1; from <= count; from += STEP) {
      await client.query(COPY, [model, from, Math.min(count, from + STEP - 1), job]);
    }
    say('reads', null, `${count} ${model} are there`);
  }
  await client.query('DROP TABLE samples');
  await settle(client, 'records');
  return job;
}

/** Without the ATS's own form of each, which a list does not read unless it is asked for. */
const COPY = `
  INSERT INTO records (account_id, integration_id, model, remote_id, id, hash, data, candidate_ref, job_ref, email,
    remote_created_at, remote_updated_at, first_seen_at, changed_at)
  SELECT s.account_id, s.integration_id, s.model, n::text, left(s.id, 5) || md5(n::text), s.hash, s.data,
    CASE WHEN s.candidate_ref IS NOT NULL THEN 'cand_' || md5((n / 2)::text) END,
    CASE WHEN s.model = 'applications' THEN CASE WHEN n % 6 > 0 THEN $4::text ELSE 'jobb_' || md5((n % 997)::text) END END,
    n || s.email, s.remote_created_at, s.remote_updated_at, s.first_seen_at, s.changed_at + n * interval '1 millisecond'
  FROM generate_series($2::integer, $3::integer) n
  JOIN samples s ON s.model = $1 AND s.place = n % (SELECT count(*) FROM samples WHERE model = $1)
  ORDER BY n`;

type Read = (path: string) => Promise<{ ms: number; rows: number; next: string | null }>;

function reader(hub: string, integrationId: string): Read {
  const dispatcher = new Agent({ connections: 1, keepAliveTimeout: 30_000 });
  const headers = { authorization: `Bearer ${API_KEY}`, 'x-integration-id': integrationId };
  return async (path) => {
    const startedAt = performance.now();
    const reply = await request(hub + path, { headers, dispatcher });
    const text = await reply.body.text();
    const ms = performance.now() - startedAt;
    if (reply.statusCode !== 200) throw new Error(`${path}: ${reply.statusCode} ${text}`);
    const { data, nextCursor } = JSON.parse(text) as { data: unknown[]; nextCursor: string | null };
    return { ms, rows: data.length, next: nextCursor };
  };
}

async function compare(what: string, read: Read, path: string): Promise<Figure[]> {
  const { first, last } = await walk(read, path);
  const took: { first: number[]; last: number[] } = { first: [], last: [] };
  for (let n = 0; n < CALLS + WARM_UP; n++) {
    const early = await read(first[n % PAGES]!);
    const late = await read(last[n % PAGES]!);
    if (early.rows !== LIMIT || late.rows !== LIMIT) throw new Error('a page is not full');
    if (n < WARM_UP) continue;
    took.first.push(early.ms);
    took.last.push(late.ms);
  }
  return [0.5, 0.99].map((q) => ({
    name: `${what}: page ${LAST_PAGE.toLocaleString('en')} beside page 1, p${q * 100}`,
    value: quantile(took.last, q),
    floor: quantile(took.first, q),
    unit: 'ms',
    aim: q === 0.99 ? 'ratio ≤ 1.2' : 'stated',
  }));
}

/** The paths of the first and of the last pages; those in between are gone through in larger steps. */
async function walk(read: Read, path: string): Promise<{ first: string[]; last: string[] }> {
  const between = ((LAST_PAGE - 2 * PAGES) * LIMIT) / STRIDE;
  const early = await follow(read, path, { at: null, limit: LIMIT, pages: PAGES });
  const middle = await follow(read, path, { at: early.next, limit: STRIDE, pages: between });
  const late = await follow(read, path, { at: middle.next, limit: LIMIT, pages: PAGES });
  return { first: early.paths, last: late.paths };
}

async function follow(
  read: Read,
  path: string,
  { at, limit, pages }: { at: string | null; limit: number; pages: number },
): Promise<{ paths: string[]; next: string | null }> {
  const paths: string[] = [];
  let cursor = at;
  for (let page = 0; page < pages; page++) {
    const here = `${path}limit=${limit}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    paths.push(here);
    const { next } = await read(here);
    if (next === null) throw new Error(`the list ended with ${here}`);
    cursor = next;
  }
  return { paths, next: cursor };
}
