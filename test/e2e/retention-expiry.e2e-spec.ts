import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Retention } from '#libs/delivery';
import { callbackEndpointId, eventTime, fileEndpointId, newId } from '#libs/model';
import { dayAt, eventIdAt } from '../support/days.js';
import { ACCOUNT, type DeliveryDesk } from './delivery-desk.js';
import { KEPT, openRetentionDesk, type RetentionDesk } from './retention-desk.js';

describe('what retention ends', () => {
  let hub: RetentionDesk;
  let desk: DeliveryDesk;
  let retention: Retention;
  beforeAll(async () => {
    hub = await openRetentionDesk();
    ({ desk, retention } = hub);
  });
  afterAll(() => desk.close());
  beforeEach(() => hub.clear());

  it('ends deliveries of a day twice as old, but leaves them a day first', async () => {
    const eventId = await hub.waiting(-65);

    const first = await retention.run();
    const before = await desk.attempts(eventId);
    await hub.dayLater();
    const second = await retention.run();

    expect([first, before]).toEqual([expect.objectContaining({ expired: 0, heldDays: [dayAt(-65)] }), []]);
    expect(second).toMatchObject({ expired: 1, heldDays: [], isDone: true });
    expect(await desk.attempts(eventId)).toEqual([{ outcome: 'EXPIRED', status: null, error: 'retention', n: 1 }]);
    expect(await desk.waiting()).toBe(0);
    expect((await hub.days())[0]).not.toContain(dayAt(-65));
  });

  it('ends thousands of deliveries of several accounts', async () => {
    const other = newId('account');
    const id = await hub.waiting(-65);
    await desk.database.query(
      `INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at)
       SELECT $1, CASE WHEN n % 3 = 0 THEN $2 ELSE $3 END, $4, $5 FROM generate_series(1, 2500) n`,
      [hub.webhook, other, ACCOUNT, id, eventTime(id)],
    );
    await retention.run();
    await hub.dayLater();

    const run = await retention.run();

    expect(run).toMatchObject({ expired: 2501, heldDays: [] });
    const [count] = await desk.database.query(`SELECT count(*)::integer AS n FROM attempts WHERE event_id = $1`, [id]);
    expect(count).toEqual({ n: 2501 });
  });

  it('leaves a delivery alone that a turn is finishing', async () => {
    const eventId = await hub.waiting(-65);
    await hub.waiting(-65);
    await retention.run();
    await hub.dayLater();

    const during = await desk.database.transaction(async (tx) => {
      await tx.query('SELECT FROM delivery_work WHERE event_id = $1 FOR UPDATE', [eventId]);
      return retention.run();
    });
    const after = await retention.run();

    expect(during).toMatchObject({ expired: 1, heldDays: [dayAt(-65)] });
    expect(after).toMatchObject({ expired: 1, heldDays: [] });
  });

  it('tells the kinds, so that no assessment and no file waits for ever', async () => {
    const integrationId = await hub.addIntegration();
    const [assessmentId, fileId] = [newId('assessment'), newId('file')];
    await insertAssessment(integrationId, assessmentId);
    await desk.database.query(`INSERT INTO files (id, account_id, state) VALUES ($1, $2, 'PENDING')`, [
      fileId,
      ACCOUNT,
    ]);
    const instruction = { provider: 'acme-ats', signal: 'result', version: 1, changedAtMs: 1 };
    await hub.waiting(-65, {
      endpointId: callbackEndpointId(integrationId),
      subjectId: assessmentId,
      payload: JSON.stringify(instruction),
    });
    await hub.waiting(-65, {
      endpointId: fileEndpointId(integrationId),
      subjectId: fileId,
      payload: JSON.stringify({ fileId, url: 'https://x.example' }),
    });
    await retention.run();
    await hub.dayLater();

    const run = await retention.run();

    expect(run).toMatchObject({ expired: 2, heldDays: [] });
    expect(
      await desk.database.query('SELECT writeback_state, writeback_error FROM assessments WHERE id = $1', [
        assessmentId,
      ]),
    ).toEqual([{ writeback_state: 'FAILED', writeback_error: 'retention' }]);
    expect(await desk.database.query('SELECT state, error FROM files WHERE id = $1', [fileId])).toEqual([
      { state: 'FAILED', error: 'retention' },
    ]);
  });

  it('ends what a kind cannot settle without it, and all others with it', async () => {
    const integrationId = await hub.addIntegration();
    const fileIds = Array.from({ length: 30 }, () => newId('file'));
    await desk.database.query(`INSERT INTO files (id, account_id, state) SELECT unnest($1::text[]), $2, 'PENDING'`, [
      fileIds,
      ACCOUNT,
    ]);
    for (const fileId of fileIds) {
      await hub.waiting(-65, {
        endpointId: fileEndpointId(integrationId),
        payload: JSON.stringify({ fileId, url: 'x' }),
      });
    }
    await hub.waiting(-65, { endpointId: fileEndpointId(integrationId), payload: 'no JSON' });
    await retention.run();
    await hub.dayLater();

    const run = await retention.run();

    expect(run).toMatchObject({ expired: 31, heldDays: [] });
    const failed = await desk.database.query(`SELECT FROM files WHERE id = ANY ($1) AND state = 'FAILED'`, [fileIds]);
    expect(failed).toHaveLength(30);
  });

  it('removes what is over from other tables, and nothing else', async () => {
    const integrationId = await hub.addIntegration();
    await desk.database.query(
      `INSERT INTO idempotency_keys (account_id, key, request_hash, state, created_at)
       SELECT $1, 'k' || n, '', 'DONE', now() - make_interval(days => n) FROM generate_series(0, 5) n`,
      [ACCOUNT],
    );
    const reports = [-100, -(KEPT + 1), -(KEPT - 1), 0].map((offset) => idAt('report', offset));
    await desk.database.query(
      `INSERT INTO partner_reports (id, account_id, integration_id, call, errors, body)
       SELECT unnest($1::text[]), $2, $3, 'x', '[]', '{}'`,
      [reports, ACCOUNT, integrationId],
    );
    const recoveries = [-100, -(KEPT + 1), 0].map((offset) => idAt('recovery', offset));
    await desk.database.query(
      `INSERT INTO recoveries (id, account_id, endpoint_id, asked, which, since, until, day, examined_until, state)
       SELECT id, $2, $3, id, 'all', now(), now(), now(), now(), CASE WHEN n = 2 THEN 'RUNNING' ELSE 'DONE' END
       FROM unnest($1::text[]) WITH ORDINALITY AS r (id, n)`,
      [recoveries, ACCOUNT, hub.webhook],
    );
    const calls = [-100, -(KEPT + 1), -(KEPT - 1), 0].map((offset) => idAt('outboundCall', offset));
    await desk.database.query(
      `INSERT INTO request_log (id, account_id, integration_id, at, method, path, ms)
       SELECT unnest($1::text[]), $2, $3, now(), 'GET', '/', 1`,
      [calls, ACCOUNT, integrationId],
    );
    const secretId = newId('secret');
    await desk.database.query(
      `INSERT INTO inbound_secrets (id, account_id, integration_id, provider) VALUES ($1, $2, $3, 'acme-ats')`,
      [secretId, ACCOUNT, integrationId],
    );
    await desk.database.query(
      `INSERT INTO inbound_secret_keys (id, account_id, integration_id, secret_id, hash, key_enc, key_id, last_four, is_token, not_after)
       SELECT 'sky_' || n, $1, $2, $3, int4send(n), '', 'k', '1234', n < 3, now() + make_interval(days => -3 * n)
       FROM generate_series(0, 4) n`,
      [ACCOUNT, integrationId, secretId],
    );

    await retention.run();

    expect(await desk.database.query('SELECT key FROM idempotency_keys ORDER BY key')).toEqual([
      { key: 'k0' },
      { key: 'k1' },
    ]);
    expect(await desk.database.query('SELECT id FROM partner_reports ORDER BY id')).toEqual(
      reports.slice(2).map((id) => ({ id })),
    );
    expect(await desk.database.query('SELECT id FROM request_log ORDER BY id')).toEqual(
      calls.slice(2).map((id) => ({ id })),
    );
    expect(await desk.database.query('SELECT id FROM recoveries ORDER BY id')).toEqual(
      recoveries.slice(1).map((id) => ({ id })),
    );
    expect(await desk.database.query('SELECT id FROM inbound_secret_keys ORDER BY id')).toEqual([
      { id: 'sky_0' },
      { id: 'sky_3' },
      { id: 'sky_4' },
    ]);
  });

  async function insertAssessment(integrationId: string, id: string): Promise<void> {
    await desk.database.query(
      `INSERT INTO assessments (id, account_id, integration_id, provider, dedupe, status, candidate, package_id, package,
         origin_data, result_version, writeback_state)
       VALUES ($1, $2, $3, 'acme-ats', $4, 'COMPLETED', '{}', 'p', '{}', '{}', 1, 'QUEUED')`,
      [id, ACCOUNT, integrationId, randomUUID()],
    );
  }
});

/** An id as it would have been made that many days from now. */
function idAt(kind: 'report' | 'recovery' | 'outboundCall', offset: number): string {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Number(eventTime(eventIdAt(offset))));
  const id = newId(kind);
  clock.mockRestore();
  return id;
}
