import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Answer, type HttpApp, type SendOptions, seen, startHttpApp } from './http-app.js';

let database: TestDatabase;
let http: HttpApp;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.database.query(
    `INSERT INTO accounts (id, name, partner_token) VALUES ('acc_one', 'One', 'p1'), ('acc_two', 'Two', 'p2')`,
  );
  http = await startHttpApp(database.url);
});

afterAll(async () => {
  await http?.close();
  await database?.drop();
});

let keys = 0;
const newKey = () => `key ${++keys}`;

function write(key: string, path = '/v1/things', options: SendOptions & { method?: string } = {}): Promise<Answer> {
  const headers = { 'idempotency-key': key, ...options.headers };
  return http.send(options.method ?? 'POST', path, { body: '{"id":"a"}', ...options, headers });
}

function age(key: string, seconds: number): Promise<unknown> {
  return database.database.query(
    `UPDATE idempotency_keys SET created_at = now() - make_interval(secs => $2) WHERE key = $1`,
    [key, seconds],
  );
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a write with an Idempotency-Key', () => {
  it('that is repeated gets the first reply and has no second effect', async () => {
    const key = newKey();

    const first = await write(key);
    const runs = seen.runs;
    const second = await write(key);

    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect([first.headers.get('idempotent-replayed'), second.headers.get('idempotent-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(seen.runs).toBe(runs);
  });

  it('replays a reply without a body', async () => {
    const key = newKey();

    await write(key, '/v1/things/x', { method: 'DELETE', body: undefined });
    const second = await write(key, '/v1/things/x', { method: 'DELETE', body: undefined });

    expect([second.status, second.body, second.headers.get('idempotent-replayed')]).toEqual([204, {}, 'true']);
  });

  it('replays a refusal', async () => {
    const key = newKey();

    const first = await write(key, '/v1/things/refuse');
    const second = await write(key, '/v1/things/refuse');

    expect([second.status, second.body]).toEqual([409, first.body]);
    expect(second.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  it.each([
    ['another body', '/v1/things', { body: '{"id":"b"}' }],
    ['another address', '/v1/things/refuse', {}],
  ])('with %s is 409', async (_case, path, options) => {
    const key = newKey();
    await write(key);

    const second = await write(key, path, options);

    expect([second.status, second.body.code]).toEqual([409, 'idempotency_conflict']);
  });

  it('of another account is another key', async () => {
    const key = newKey();
    await write(key);

    const other = await write(key, '/v1/things', { headers: { 'x-account': 'acc_two' } });

    expect(other.body['accountId']).toBe('acc_two');
  });

  it('while the first still runs is 409, and runs once however many come at once', async () => {
    const key = newKey();
    const runs = seen.runs;

    const answers = Array.from({ length: 20 }, () => write(key, '/v1/things/wait'));
    await until(() => seen.runs > runs);
    const running = await write(key, '/v1/things/wait');
    seen.release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();

    expect([running.status, running.body.code]).toEqual([409, 'idempotency_running']);
    expect(running.headers.get('retry-after')).toBe('1');
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1);
    expect(seen.runs).toBe(runs + 1);
  });

  it('that failed on our side can be sent again', async () => {
    const key = newKey();

    await write(key, '/v1/things/crash');
    const runs = seen.runs;
    const second = await write(key, '/v1/things/crash');

    expect([second.status, seen.runs]).toEqual([500, runs + 1]);
  });

  it('is forgotten after a day', async () => {
    const key = newKey();
    const first = await write(key);
    await age(key, 24 * 3600 + 1);

    const second = await write(key);

    expect(second.body['run']).not.toBe(first.body['run']);
    expect(second.headers.get('idempotent-replayed')).toBeNull();
  });

  it('whose first run was cut off by a crash runs again after a minute', async () => {
    const key = newKey();
    await write(key);
    await database.database.query(`UPDATE idempotency_keys SET state = 'RUNNING' WHERE key = $1`, [key]);

    const early = await write(key);
    await age(key, 61);
    const late = await write(key);

    expect([early.status, late.status]).toEqual([409, 201]);
  });

  it('whose first run was cut off and may have reached an ATS is never repeated', async () => {
    const key = newKey();
    await write(key, '/v1/things/ats');
    await database.database.query(`UPDATE idempotency_keys SET state = 'RUNNING' WHERE key = $1`, [key]);
    await age(key, 61);
    const runs = seen.runs;

    const late = await write(key, '/v1/things/ats');

    expect([late.status, late.body.code, seen.runs]).toEqual([409, 'outcome_unknown', runs]);
  });

  it('keeps the reply encrypted', async () => {
    const key = newKey();
    await write(key, '/v1/things', { body: '{"id":"whsec_shown_once"}' });

    const [row] = await database.database.query<{ reply_enc: Buffer }>(
      'SELECT reply_enc FROM idempotency_keys WHERE key = $1',
      [key],
    );

    expect(row!.reply_enc.length).toBeGreaterThan(40);
    expect(row!.reply_enc.toString('latin1')).not.toContain('whsec');
  });

  it.each([
    ['too long', 'x'.repeat(256)],
    ['empty', ''],
    ['not printable', 'caf\u00e9'],
  ])('that is %s is 422', async (_case, key) => {
    const answer = await write(key);

    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, 'Idempotency-Key']);
  });
});
