import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '#libs/telemetry';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/until.js';
import { type LoggedCall, RequestLog } from './request-log.js';
import { RequestLogRepository } from './request-log.repository.js';

const ALL = { statusClass: null, since: null, before: null, limit: 2_000 };
const aCall = (changes: Partial<LoggedCall> = {}): LoggedCall => ({
  accountId: 'acc_one',
  integrationId: 'int_one',
  at: new Date(),
  method: 'GET',
  path: '/v3/rooms',
  status: 200,
  ms: 12.4,
  failure: null,
  error: null,
  requestId: null,
  retries: 0,
  ...changes,
});

describe('the request log', () => {
  let test: TestDatabase;
  let metrics: Metrics;
  let log: RequestLog;
  let repository: RequestLogRepository;
  beforeAll(async () => {
    test = await createTestDatabase();
    metrics = new Metrics();
    log = new RequestLog(test.database, createLogger({ name: 'test', level: 'silent' }), metrics);
    repository = new RequestLogRepository(test.database);
  });
  afterAll(() => test?.drop());

  it('writes in batches by itself', async () => {
    for (let n = 0; n < 1_200; n++) log.add(aCall({ retries: n }));

    const rows = await until(async () => {
      const found = await repository.findPage('acc_one', 'int_one', ALL);
      return found.length === 1_200 ? found : null;
    });

    expect(new Set(rows.map(({ retries }) => retries)).size).toBe(1_200);
    expect(rows[0]).toMatchObject({ ms: 12, status: 200, path: '/v3/rooms' });
  });

  it('is read by account and by integration', async () => {
    expect(await repository.findPage('acc_two', 'int_one', ALL)).toEqual([]);
    expect(await repository.findPage('acc_one', 'int_two', ALL)).toEqual([]);
  });

  it('counts what the database does not take, and goes on', async () => {
    log.add(aCall({ integrationId: 'int_two', path: 'no text for PostgreSQL: \0' }));
    await log.flush();
    log.add(aCall({ integrationId: 'int_two' }));
    await log.beforeApplicationShutdown();

    expect(await repository.findPage('acc_one', 'int_two', ALL)).toHaveLength(1);
    expect(await metrics.render()).toContain('atsume_request_log_lost_total 1');
  });

  it('does not fill the memory while the database is away', async () => {
    for (let n = 0; n < 50_000; n++) log.add(aCall({ integrationId: 'int_three' }));
    await log.flush();

    expect(await repository.findPage('acc_one', 'int_three', { ...ALL, limit: 20_000 })).toHaveLength(10_000);
    expect(await metrics.render()).toContain('atsume_request_log_lost_total 40001');
  });
});
