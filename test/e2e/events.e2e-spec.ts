import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EventsService, renderEnvelope, withPartitions } from '#libs/events';
import { eventTime, newEventId } from '#libs/model';
import { encodeCursor } from '#libs/store';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

interface Page {
  data: { eventId: string; eventType: string }[];
  nextCursor: string;
}

/** A reader of its own account, who has seen nothing yet. */
interface Reader {
  accountId: string;
  apiKey: string;
}

describe('the event log', () => {
  let hub: WebhooksHub;
  let reader: Reader;
  const events = new EventsService();

  beforeAll(async () => {
    hub = await openWebhooksHub();
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    const { id: accountId, apiKey } = await hub.anotherAccount();
    reader = { accountId, apiKey };
  });

  const raise = (options = {}) => hub.raise({ accountId: reader.accountId, ...options });
  const page = async (query = '') => (await hub.call<Page>('GET', `/v1/events${query}`, undefined, reader.apiKey)).body;
  const ids = ({ data }: Page) => data.map(({ eventId }) => eventId);
  /** The first page that has so many events. Any transaction on the server that is older than they are holds them back. */
  const pageOf = (count: number, query = '') =>
    until(
      async () => {
        const found = await page(query);
        return found.data.length >= count ? found : null;
      },
      { what: `${count} events` },
    );
  const draft = (id: string) => ({
    id,
    accountId: reader.accountId,
    type: 'record.new',
    integrationId: null,
    subjectId: null,
    payload: envelope(id),
  });
  const envelope = (eventId: string, eventData = {}) =>
    renderEnvelope({ eventId, eventType: 'record.new', eventData, recordId: null, syncDataType: 'test' });

  it('begins without a cursor and repeats its cursor at the end', async () => {
    const empty = await page();
    const eventId = await raise();

    const first = await pageOf(1, `?cursor=${empty.nextCursor}`);
    const last = await page(`?cursor=${first.nextCursor}`);

    expect(empty).toEqual({ data: [], nextCursor: expect.any(String) });
    expect(ids(first)).toEqual([eventId]);
    expect(last).toEqual({ data: [], nextCursor: first.nextCursor });
  });

  it('gives the very bytes that subscribers get', async () => {
    const eventData = { big: '12345678901234567890', 集: '🎯', nothing: null };
    const eventId = await raise({ eventData });
    await pageOf(1);

    const text = await hub.text('/v1/events', reader.apiKey);

    expect(text).toContain(`{"data":[${envelope(eventId, eventData)}],"nextCursor":"`);
  });

  it('gives events of one type only when asked', async () => {
    await raise({ type: 'record.new' });
    const modified = await raise({ type: 'record.modified' });
    await pageOf(2);

    expect(ids(await page('?eventType=record.modified'))).toEqual([modified]);
  });

  it('does not list internal events', async () => {
    const internal = { accountId: reader.accountId, type: 'callback', integrationId: null, subjectId: null };
    await events.appendInternal(hub.database, { ...internal, endpointId: 'whc_0000000000000000000000', payload: '{}' });
    const eventId = await raise();

    expect(ids(await pageOf(1))).toEqual([eventId]);
  });

  it('shows nothing of another account', async () => {
    await raise();
    const { nextCursor } = await pageOf(1);
    const { apiKey } = await hub.anotherAccount();

    const theirs = await hub.call<Page>('GET', `/v1/events`, undefined, apiKey);
    const withOurCursor = await hub.call<Page>('GET', `/v1/events?cursor=${nextCursor}`, undefined, apiKey);

    expect([theirs.body.data, withOurCursor.body.data]).toEqual([[], []]);
  });

  it('never passes a write that is still open', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: written, resolve: hasWritten } = Promise.withResolvers<void>();
    const slow = newEventId();
    const open = hub.database.transaction(async (tx) => {
      await events.append(tx, [draft(slow)]);
      hasWritten();
      await released;
    });
    await written;
    const quick = await raise();

    const during = await page();
    release();
    await open;
    const after = await pageOf(2, `?cursor=${during.nextCursor}`);

    expect(during.data).toEqual([]);
    expect(ids(after)).toEqual([slow, quick]);
  });

  it('answers 410 to a cursor older than what is kept', async () => {
    const old = `evt-${String(Date.now() - 91 * 86_400_000)}000000000001`;

    const reply = await hub.call<{ code: string }>('GET', `/v1/events?cursor=${encodeCursor('5', old)}`);

    expect([reply.status, reply.body.code]).toEqual([410, 'cursor_expired']);
  });

  it.each([
    ['cursor=nonsense', 400],
    [`cursor=${encodeCursor('x', newEventId())}`, 400],
    [`cursor=${encodeCursor('99999999999999999999', newEventId())}`, 400],
    [`cursor=${encodeCursor('5', 'evt-x')}`, 400],
    ['eventType=record.sideways', 422],
    ['limit=0', 422],
    ['limit=251', 422],
  ])('refuses %s', async (query, status) => {
    expect((await hub.call('GET', `/v1/events?${query}`)).status).toBe(status);
  });

  it('takes an event although the partitions of its day are gone', async () => {
    const id = newEventId();
    await asOwner(hub, dropPartitionsOf(id));

    await withPartitions(hub.database, () => events.append(hub.database, [draft(id)]));

    expect(ids(await pageOf(1))).toEqual([id]);
  });
});

function dropPartitionsOf(eventId: string): string {
  const day = eventTime(eventId)?.toISOString().slice(0, 10).replaceAll('-', '');
  return `DROP TABLE events_${day}, attempts_${day}`;
}

async function asOwner(hub: WebhooksHub, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: hub.databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
