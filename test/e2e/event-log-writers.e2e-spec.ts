import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EventsService, renderEnvelope } from '#libs/events';
import { newEventId } from '#libs/model';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

const WRITERS = 16;
const LONG_WRITERS = 3;
const TRANSACTIONS = 25;
const TYPES = ['record.new', 'record.modified'] as const;
const SEED = 20261121;

interface Page {
  data: { eventId: string }[];
  nextCursor: string;
}
interface Written {
  id: string;
  type: string;
}

/** Numbers from 0 to 1, the same every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('the event log, while many connections write', () => {
  let hub: WebhooksHub;
  let account: { id: string; apiKey: string };
  const events = new EventsService();
  /** In the order of the commits. */
  const committed: Written[] = [];
  const clients: pg.Client[] = [];

  beforeAll(async () => {
    hub = await openWebhooksHub();
    account = await hub.anotherAccount();
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await hub.close();
  });

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    clients.push(client);
    return client;
  };
  const append = async (client: pg.Client, { id, type }: Written): Promise<void> => {
    const tx = {
      query: async (query: unknown, values: unknown[]) => (await client.query(query as string, values)).rows,
    };
    const payload = renderEnvelope({
      eventId: id,
      eventType: type,
      eventData: {},
      recordId: null,
      syncDataType: 'test',
    });
    const draft = { id, accountId: account.id, type, integrationId: null, subjectId: null, payload };
    await events.append(tx, [draft]);
  };

  /** Transactions of one to four events, each held open for a while between its writes and before its end; one in eight is rolled back. */
  const write = async (writer: number, longestMs: number): Promise<void> => {
    const random = seeded(SEED + writer);
    const client = await connect();
    for (let n = 0; n < TRANSACTIONS; n++) {
      const mine: Written[] = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
        id: newEventId(),
        type: random() < 0.5 ? TYPES[0] : TYPES[1],
      }));
      await client.query('BEGIN');
      for (const written of mine) {
        await append(client, written);
        await pause(random() * longestMs);
      }
      const isKept = random() > 1 / 8;
      await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
      if (isKept) committed.push(...mine);
    }
  };

  /** Follows the log with its cursor, page by page, until it is told that nothing more comes and finds nothing more. */
  const follow = async (query: string, isOver: () => boolean): Promise<string[]> => {
    const read: string[] = [];
    let cursor: string | null = null;
    for (;;) {
      const wasOver = isOver();
      const after: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await hub.call<Page>('GET', `/v1/events?${query}${after}`, undefined, account.apiKey);
      read.push(...body.data.map(({ eventId }) => eventId));
      cursor = body.nextCursor;
      if (body.data.length === 0 && wasOver) return read;
      if (body.data.length === 0) await pause(1);
    }
  };

  it('shows every reader all of it once, in one order that no late commit changes', async () => {
    let isWritten = false;
    const isOver = (): boolean => isWritten;
    const readers = ['limit=1', 'limit=7', 'limit=250', 'limit=3&eventType=record.modified'].map((query) =>
      follow(query, isOver),
    );

    await Promise.all(Array.from({ length: WRITERS }, (_, n) => write(n, n < LONG_WRITERS ? 120 : 12)));
    await until(async () => (await follow('limit=250', () => true)).length >= committed.length, { what: 'all events' });
    isWritten = true;
    const [one, seven, many, modified] = await Promise.all(readers);
    const afterwards = await follow('limit=100', isOver);

    const inCommitOrder = committed.map(({ id }) => id);
    const isModified = new Set(committed.filter(({ type }) => type === TYPES[1]).map(({ id }) => id));
    expect(afterwards.toSorted()).toEqual(inCommitOrder.toSorted());
    expect(one).toEqual(afterwards);
    expect(seven).toEqual(afterwards);
    expect(many).toEqual(afterwards);
    expect(modified).toEqual(afterwards.filter((id) => isModified.has(id)));
    // Commits came in another order than the log's, or the above would have proved nothing.
    expect(inversions(inCommitOrder, afterwards)).toBeGreaterThan(committed.length);
  });
});

/** How many pairs stand in another order in one list than in the other. */
function inversions(one: readonly string[], other: readonly string[]): number {
  const places = new Map(other.map((id, at) => [id, at]));
  const order = one.map((id) => places.get(id) ?? -1);
  return order.reduce((sum, place, at) => sum + order.slice(at + 1).filter((later) => later < place).length, 0);
}
