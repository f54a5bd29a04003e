import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

interface Page {
  data: { eventId: string }[];
  nextCursor: string;
}

/** More than is looked at for one page, twice. */
const OTHERS = 20_500;

describe('the event log, asked for one type of very many events', () => {
  let hub: WebhooksHub;
  let account: { id: string; apiKey: string };

  beforeAll(async () => {
    hub = await openWebhooksHub();
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    account = await hub.anotherAccount();
  });

  const page = async (cursor: string | null, query = 'eventType=record.modified') => {
    const path = `/v1/events?${query}${cursor === null ? '' : `&cursor=${cursor}`}`;
    return (await hub.call<Page>('GET', path, undefined, account.apiKey)).body;
  };
  const ids = ({ data }: Page) => data.map(({ eventId }) => eventId);
  const raise = (type: string) => hub.raise({ type, accountId: account.id });
  /** Written in one transaction, each with its type, in this order. */
  const fill = (types: string, size = 0) =>
    hub.database.query(
      `INSERT INTO events (id, account_id, type, payload, created_at)
       SELECT id, $1, type, convert_to(json_build_object('eventId', id, 'filling', repeat('x', $2))::text, 'UTF8'), at
       FROM (SELECT 'evt-' || floor(extract(epoch FROM at) * 1000)::bigint || lpad(n::text, 12, '0') AS id, type, at
         FROM (SELECT n, type, date_trunc('milliseconds', now()) AS at FROM (${types}) t (n, type)) q) r`,
      [account.id, size],
    );
  /** All readable: no transaction is open that is older. */
  const settled = (count: number) =>
    until(
      async () => {
        const rows = await hub.database.query(
          `SELECT FROM events WHERE account_id = $1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) LIMIT $2`,
          [account.id, count],
        );
        return rows.length === count;
      },
      { what: 'readable events' },
    );
  /** Every page from the start, until the cursor repeats. */
  const walk = async (query?: string) => {
    const pages: Page[] = [];
    for (let cursor: string | null = null; ;) {
      const next: Page = await page(cursor, query);
      if (next.nextCursor === cursor) return pages;
      pages.push(next);
      cursor = next.nextCursor;
    }
  };

  it('looks at a bounded part of them for each page, and finds all', async () => {
    const first = await raise('record.modified');
    await fill(`SELECT n, 'record.new' FROM generate_series(1, ${OTHERS}) n`);
    const last = await raise('record.modified');
    await settled(OTHERS + 2);

    const pages = await walk();

    expect(pages.map(ids)).toEqual([[first], [], [last]]);
  });

  it('repeats its cursor at the end of the log, not at the last one found', async () => {
    const found = await raise('record.modified');
    await raise('record.new');
    await settled(2);
    const { data } = await page(null);
    const [{ nextCursor: end } = { nextCursor: '' }] = (await walk('eventType=record.new')).slice(-1);

    const { nextCursor } = await page(null);
    const again = await page(nextCursor);

    expect(data.map(({ eventId }) => eventId)).toEqual([found]);
    expect([nextCursor, again]).toEqual([end, { data: [], nextCursor }]);
  });

  it('skips none on pages that are full, by their number or by their size', async () => {
    const mixed = `SELECT n, CASE WHEN n % 3 = 0 THEN 'record.modified' ELSE 'record.new' END FROM generate_series(1, 60) n`;
    await fill(mixed, 500_000);
    await settled(60);
    const all = await hub.database.query<{ id: string }>(
      `SELECT id FROM events WHERE account_id = $1 AND type = 'record.modified' ORDER BY xid, id`,
      [account.id],
    );

    const [bySize, byNumber] = [await walk(), await walk('eventType=record.modified&limit=3')];

    expect(bySize.length).toBeGreaterThan(2);
    expect(bySize.flatMap(ids)).toEqual(all.map(({ id }) => id));
    expect(byNumber.map(({ data }) => data.length)).toEqual([3, 3, 3, 3, 3, 3, 2]);
    expect(byNumber.flatMap(ids)).toEqual(all.map(({ id }) => id));
  });
});
