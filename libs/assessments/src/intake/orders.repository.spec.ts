import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CanonicalOrder } from '#libs/connector-kit';
import { newId } from '#libs/model';
import { loadMigrations } from '#libs/store';
import type { QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { OrdersRepository } from './orders.repository.js';
import { type IncomingOrder, prepareOrder } from './prepared-order.js';

const CANDIDATE = { id: null, firstName: 'Ada', lastName: null, emails: [], phones: [], links: null, location: null };
const PACKAGE = { id: 'p', name: 'P', type: null, description: null, metaData: null };

describe('the orders repository', () => {
  let test: TestDatabase;
  let orders: OrdersRepository;
  let revision: string;
  const account = newId('account');
  const integration = newId('integration');
  const liveKey = newId('secretKey');
  const endedKey = newId('secretKey');
  const endpoint = newId('endpoint');

  beforeAll(async () => {
    test = await createTestDatabase();
    await fillDatabase();
    orders = new OrdersRepository(test.database);
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    await test.database.query('DELETE FROM assessments');
    await test.database.query('DELETE FROM events');
    await test.database.query('DELETE FROM delivery_work');
    await test.database.query('DELETE FROM files');
    [{ revision }] = (await test.database.query('SELECT xmin::text AS revision FROM assessment_packages')) as [
      { revision: string },
    ];
  });

  /** Those placed in the same turn of the event loop share a statement. */
  const incoming = (order: Partial<CanonicalOrder> = {}, rest: Partial<IncomingOrder> = {}): IncomingOrder => ({
    accountId: account,
    integrationId: integration,
    provider: 'acme-ats',
    fileEndpointId: `fil_${integration}`,
    keyId: liveKey,
    package: PACKAGE,
    packageRevision: revision,
    originText: '{"a":1}',
    order: {
      packageId: 'p',
      applicationId: null,
      jobId: null,
      candidate: CANDIDATE,
      callbackUrl: null,
      resumeUrl: null,
      metaData: null,
      dedupe: [],
      ...order,
    },
    ...rest,
  });

  it('stores what comes together in one transaction, with everything each order sets off', async () => {
    const resumeUrl = 'https://files.example.org/cv.pdf';

    const verdicts = await Promise.all([incoming(), incoming({ resumeUrl }), incoming()].map((o) => orders.store(o)));

    expect(verdicts.map((verdict) => verdict.kind === 'stored' && [verdict.isNew, verdict.endpointIds])).toEqual([
      [true, [endpoint]],
      [true, [endpoint, `fil_${integration}`]],
      [true, [endpoint]],
    ]);
    expect(await counts()).toEqual({ records: 3, transactions: 1, events: 4, work: 4, files: 1 });
  });

  it('makes one record of fifty copies in one statement', async () => {
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, () => orders.store(incoming({ dedupe: ['same'], resumeUrl: 'https://x.example/cv' }))),
    );

    expect(new Set(verdicts.map((verdict) => verdict.kind === 'stored' && verdict.assessmentId)).size).toBe(1);
    expect(verdicts.filter((verdict) => verdict.kind === 'stored' && verdict.isNew)).toHaveLength(1);
    expect(await counts()).toEqual({ records: 1, transactions: 1, events: 2, work: 2, files: 1 });
  });

  it('fails only the order that PostgreSQL refuses', async () => {
    const bad = { originText: 'no json' };
    const placings = [incoming(), incoming({}, bad), incoming()].map((order) => orders.store(order));

    const results = await Promise.allSettled(placings);

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: '22P02' } });
    expect(await counts()).toMatchObject({ records: 2, events: 2, work: 2 });
  });

  it('refuses only orders whose key has ended', async () => {
    const verdicts = await Promise.all(
      [incoming(), incoming({}, { keyId: endedKey }), incoming()].map((order) => orders.store(order)),
    );

    expect(verdicts.map(({ kind }) => kind)).toEqual(['stored', 'key_ended', 'stored']);
    expect((await counts()).records).toBe(2);
  });

  it('refuses only orders whose package has changed since it was read', async () => {
    const early = incoming();
    await test.database.query(`UPDATE assessment_packages SET name = 'Q'`);
    const [{ now }] = (await test.database.query('SELECT xmin::text AS now FROM assessment_packages')) as [
      { now: string },
    ];

    const verdicts = await Promise.all([early, { ...early, packageRevision: now }].map((order) => orders.store(order)));

    expect(verdicts.map(({ kind }) => kind)).toEqual(['package_changed', 'stored']);
    expect((await counts()).records).toBe(1);
  });

  it('makes the partition of a day that has none', async () => {
    const owner = await test.database.pool.connect();
    await owner.query('SET ROLE NONE');
    await owner.query(
      `DO $$ BEGIN EXECUTE 'DROP TABLE events_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD'); END $$`,
    );
    owner.release(true);

    const verdicts = await Promise.all([incoming(), incoming()].map((order) => orders.store(order)));

    expect(verdicts.map(({ kind }) => kind)).toEqual(['stored', 'stored']);
    expect(await counts()).toMatchObject({ records: 2, transactions: 1, events: 2 });
  });

  it('stores together even while another process stores the same orders the other way round', async () => {
    const other = new OrdersRepository(test.database);
    const names = Array.from({ length: 30 }, (_, at) => [String(at)]);

    const rounds = await Promise.all([
      ...names.map((dedupe) => orders.store(incoming({ dedupe }))),
      ...names.toReversed().map((dedupe) => other.store(incoming({ dedupe }))),
    ]);

    expect(new Set(rounds.map((verdict) => verdict.kind === 'stored' && verdict.assessmentId)).size).toBe(30);
    expect((await counts()).records).toBe(30);
  });

  it('recognizes an order from before its key was shortened', async () => {
    const [store, repeat] = [incoming({ dedupe: ['a', 'b'] }), incoming({ dedupe: ['a', 'b'] })];
    const first = await orders.store(store);
    const owner = await test.database.pool.connect();
    await owner.query('SET ROLE NONE');
    const migration = (await loadMigrations()).find(({ name }) => name.startsWith('ShortenOrderKeys'))!;
    const { up, down } = new migration();
    const runner = owner as unknown as QueryRunner;
    await down(runner);
    await owner.query('UPDATE assessments SET dedupe = sha256($1)', [Buffer.from('["a","b"]')]);
    await up(runner);
    owner.release(true);

    const again = await orders.store(repeat);

    expect([first, again]).toEqual([
      expect.objectContaining({ isNew: true }),
      { ...first, isNew: false, endpointIds: [] },
    ]);
  });

  it('takes the same order of two integrations for two', () => {
    const [one, other] = [newId('integration'), newId('integration')].map(
      (integrationId) => prepareOrder(incoming({ dedupe: ['a'] }, { integrationId })).row.dedupe,
    );

    expect(one).not.toBe(other);
    expect(prepareOrder(incoming({ dedupe: ['a'] })).row.dedupe).toBe(
      prepareOrder(incoming({ dedupe: ['a'] })).row.dedupe,
    );
  });

  async function counts(): Promise<Record<string, number>> {
    const [row] = await test.database.query<Record<string, number>>(`
      SELECT (SELECT count(*)::int FROM assessments) AS records,
        (SELECT count(DISTINCT xmin::text)::int FROM assessments) AS transactions,
        (SELECT count(*)::int FROM events) AS events, (SELECT count(*)::int FROM delivery_work) AS work,
        (SELECT count(*)::int FROM files) AS files`);
    return row!;
  }

  async function fillDatabase(): Promise<void> {
    const { database } = test;
    await database.query(`INSERT INTO accounts (id, name, partner_token) VALUES ($1, 'A', 't')`, [account]);
    await database.query(
      `INSERT INTO integrations (id, account_id, provider, origin_org_id, origin_org_name, status)
       VALUES ($1, $2, 'acme-ats', 'o', 'O', 'CONNECTED')`,
      [integration, account],
    );
    const secret = newId('secret');
    await database.query(
      `INSERT INTO inbound_secrets (id, account_id, integration_id, provider) VALUES ($1, $2, $3, 'acme-ats')`,
      [secret, account, integration],
    );
    await database.query(
      `INSERT INTO inbound_secret_keys (id, account_id, integration_id, secret_id, hash, key_enc, key_id, last_four, revoked_at)
       VALUES ($1, $3, $4, $5, 'one', '', 'k', '1111', NULL), ($2, $3, $4, $5, 'two', '', 'k', '2222', now())`,
      [liveKey, endedKey, account, integration, secret],
    );
    await database.query(
      `INSERT INTO assessment_packages (id, account_id, external_id, name, status) VALUES ($1, $2, 'p', 'P', 'ACTIVE')`,
      [newId('package'), account],
    );
    await database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, url, slot) VALUES ($1, $2, 'WEBHOOK', 'http://x.example', 0)`,
      [endpoint, account],
    );
  }
});
