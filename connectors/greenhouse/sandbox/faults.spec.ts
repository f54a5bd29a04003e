import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Harvest, nextOf, startHarvest } from '../../../test/support/harvest-client.js';
import { until } from '../../../test/support/until.js';

describe('the limit of Harvest v3', () => {
  let harvest: Harvest;

  beforeEach(async () => {
    harvest = await startHarvest({ rateLimit: 3 });
    // From the beginning of a window on.
    harvest.standIn.clock.aheadMs = 30_000 - (Date.now() % 30_000);
  });
  afterEach(() => harvest.standIn.stop());

  it('is a fixed window of thirty seconds, told with every answer', async () => {
    const answers = [];
    for (const path of ['candidates', 'candidates?page=1', 'jobs', 'jobs']) answers.push(await harvest.get(path));

    expect(answers.map(({ status }) => status)).toEqual([200, 422, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    const { headers, body } = answers[3]!;
    expect([headers.get('x-ratelimit-limit'), body]).toEqual(['3', { message: 'Too Many Requests' }]);
    const now = (Date.now() + harvest.standIn.clock.aheadMs) / 1000;
    expect(Number(headers.get('x-ratelimit-reset')) % 30).toBe(0);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('x-ratelimit-reset')) - now).toBeLessThanOrEqual(30);

    harvest.standIn.clock.aheadMs += 30_000;
    expect((await harvest.get('jobs')).status).toBe(200);
  });

  it('is one for each client, and another one for tokens', async () => {
    for (let count = 0; count < 4; count++) await harvest.get('jobs');
    const token = await harvest.form('token', { grant_type: 'client_credentials' });

    expect([token.status, token.headers.get('x-ratelimit-limit')]).toEqual([200, '60']);
    expect((await harvest.get('jobs', token.body.access_token)).status).toBe(429);
    expect((await harvest.get('jobs', 'eyJ.nobody.x')).status).toBe(401);
  });

  it('can be off', async () => {
    await harvest.standIn.tune({ rateLimit: null });
    const answers = await Promise.all(Array.from({ length: 10 }, () => harvest.get('sources')));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // Who hears nothing would keep to what Greenhouse usually takes.
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-limit'))).toEqual(answers.map(() => '1000000'));
  });
});

describe('a fault on demand', () => {
  let harvest: Harvest;

  beforeEach(async () => {
    harvest = await startHarvest();
  });
  afterEach(() => harvest.standIn.stop());

  it.each([
    ['unavailable', 503],
    ['failing', 500],
    ['rate_limited', 429],
    ['expired_token', 401],
  ])('%s is met as often as was said', async (fault, status) => {
    await harvest.standIn.fault(fault, { count: 2 });

    expect((await harvest.get('jobs')).status).toBe(status);
    expect((await harvest.get('jobs')).status).toBe(status);
    expect((await harvest.get('jobs')).status).toBe(200);
  });

  it('is met by some paths only', async () => {
    await harvest.standIn.fault('failing', { path: 'candidates' });

    expect((await harvest.get('jobs')).status).toBe(200);
    expect((await harvest.get('candidates')).status).toBe(500);
  });

  it('says when to come again', async () => {
    await harvest.standIn.fault('rate_limited', { ms: 7000 });

    expect((await harvest.get('jobs')).headers.get('retry-after')).toBe('7');
  });

  it('cuts the connection', async () => {
    await harvest.standIn.fault('reset');

    await expect(harvest.get('jobs')).rejects.toThrow('fetch failed');
    expect((await harvest.get('jobs')).status).toBe(200);
  });

  it('forgets a cursor, repeats a page, shortens one', async () => {
    const first = await harvest.get('candidates?per_page=10');
    await harvest.standIn.fault('expired_cursor');
    expect(await harvest.get(nextOf(first)!)).toMatchObject({ status: 422, body: { errors: ['Invalid cursor.'] } });

    await harvest.standIn.fault('repeated_page');
    const again = await harvest.get('candidates?per_page=10');
    expect((await harvest.get(nextOf(again)!)).body).toEqual(first.body);

    await harvest.standIn.fault('shrunk_page');
    expect((await harvest.get('candidates?per_page=10')).body).toHaveLength(5);
  });

  it('sends a row that nobody can read', async () => {
    await harvest.standIn.fault('bad_record');

    const { body } = await harvest.get('candidates?per_page=2');
    expect(typeof body[0].id).toBe('object');
    expect(typeof body[1].id).toBe('number');
  });

  it('gives a link that leads astray, and a file that is far too large', async () => {
    const links = async () => {
      const { body } = await harvest.get('attachments?per_page=500');
      return (body as { url: string }[]).map(({ url }) => new URL(url).hostname);
    };
    await harvest.standIn.fault('private_link');
    expect((await links()).filter((host) => host === '169.254.169.254')).toHaveLength(1);
    expect(await links()).not.toContain('169.254.169.254');

    await harvest.standIn.fault('huge_file');
    const [attachment] = (await harvest.get('attachments?per_page=1')).body as { url: string }[];
    const [huge, usual] = [await fetch(attachment!.url), await fetch(attachment!.url)];
    expect(huge.headers.get('content-length')).toBeNull();
    expect((await huge.arrayBuffer()).byteLength).toBeGreaterThan(50 * 1024 * 1024);
    expect((await usual.arrayBuffer()).byteLength).toBeLessThan(100_000);
  });

  it('answers a creation before it is done', async () => {
    await harvest.standIn.fault('truncated_creation', { ms: 1_500 });

    const { status, body } = await harvest.post('candidates', { first_name: 'A', last_name: 'B' });

    expect([status, body]).toEqual([201, { candidate: { id: expect.any(Number) }, application: null }]);
    const found = async () => (await harvest.get(`candidates?ids=${body.candidate.id}`)).body as unknown[];
    expect(await found()).toEqual([]);
    await until(async () => (await found()).length === 1, { what: 'the candidate' });
  });

  it('is listed, and can be taken back', async () => {
    await harvest.standIn.fault('slow', { count: 5 });
    const url = `${harvest.standIn.url}/faults`;
    const left = async () => {
      const faults = (await (await fetch(url)).json()) as { id: string; left: number }[];
      return faults.find(({ id }) => id === 'slow')!.left;
    };
    expect(await left()).toBe(5);

    await fetch(url, { method: 'DELETE' });

    expect(await left()).toBe(0);
    await expect(harvest.standIn.fault('flood')).rejects.toThrow('422');
  });
});
