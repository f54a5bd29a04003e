import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '#libs/telemetry';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, seen, startHttpApp } from './http-app.js';

let database: TestDatabase;
let http: HttpApp;

beforeAll(async () => {
  database = await createTestDatabase();
  http = await startHttpApp(database.url, { ATSUME_RATE_LIMIT_PER_KEY: '40' });
});

afterAll(async () => {
  await http?.close();
  await database?.drop();
});

function linesOf(requestId: string): Record<string, unknown>[] {
  return seen.logs
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['requestId'] === requestId);
}

describe('every reply', () => {
  it('carries a request id, the caller’s own when it is a plain word', async () => {
    const ours = await http.send('GET', '/v1/nothing');
    const theirs = await http.send('GET', '/v1/things', { headers: { 'x-request-id': 'order-17.a_b' } });
    const strange = await http.send('GET', '/v1/things', { headers: { 'x-request-id': 'a b\tc' } });

    expect(ours.headers.get('x-request-id')).toMatch(/^req_[0-9A-Za-z]{22}$/);
    expect(ours.body['requestId']).toBe(ours.headers.get('x-request-id'));
    expect(theirs.headers.get('x-request-id')).toBe('order-17.a_b');
    expect(strange.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('to a machine is not cached, to a person is behind a content security policy', async () => {
    const api = await http.send('GET', '/v1/things');
    const page = await http.send('GET', '/open');

    expect(api.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
  });

  it('is logged once with route, status and time, and nothing a person typed', async () => {
    const answer = await http.send('GET', '/v1/things/jane%40example.com?cursor=secret', {
      headers: { 'x-request-id': 'logged-1', authorization: 'Bearer atsm_secret' },
    });

    const lines = linesOf('logged-1');

    expect(answer.status).toBe(200);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'info',
      method: 'GET',
      route: '/v1/things/:id',
      status: 200,
      ms: expect.any(Number),
    });
    expect(JSON.stringify(lines)).not.toMatch(/jane|secret/);
  });

  it('is measured by route, method and status', async () => {
    await http.send('GET', '/open');

    expect(await http.app.get(Metrics).render()).toMatch(
      /atsume_http_request_duration_seconds_count\{route="\/open",method="GET",status="200"\} \d+/,
    );
  });
});

describe('a failure of ours', () => {
  it('is a 500 that tells nothing, and a log line that tells what happened without secrets', async () => {
    const answer = await http.send('POST', '/v1/things/crash', { headers: { 'x-request-id': 'crash-1' } });

    const lines = linesOf('crash-1').filter(({ level }) => level === 'error');

    expect([answer.status, answer.body.code, answer.body['requestId']]).toEqual([500, 'internal', 'crash-1']);
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).toContain('a secret [redacted] and [redacted]');
  });

  it('to reach the database is a 503 with Retry-After', async () => {
    const answer = await http.send('POST', '/v1/things/away');

    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '1']);
  });

  it('to stop a value the database refuses is still the caller’s 422', async () => {
    expect((await http.send('POST', '/v1/things/store')).status).toBe(422);
  });
});

describe('the rate limit', () => {
  it('stops one key, says for how long, and leaves other keys and open calls alone', async () => {
    const headers = { 'x-account': 'acc_busy' };
    let answer = await http.send('GET', '/v1/things', { headers });
    for (let calls = 1; calls < 100 && answer.status === 200; calls++) {
      answer = await http.send('GET', '/v1/things', { headers });
    }

    const other = await http.send('GET', '/v1/things', { headers: { 'x-account': 'acc_calm' } });
    const open = await http.send('GET', '/open', { headers });

    expect([answer.status, answer.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect([other.status, open.status]).toEqual([200, 200]);
  });
});
