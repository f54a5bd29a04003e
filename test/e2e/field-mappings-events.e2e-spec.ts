import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connector } from '#libs/connector-kit';
import { aVersion } from '#libs/engine/testing';
import { candidates, educations } from '#libs/records/testing';
import { openReadsDesk, type ReadsDesk } from './reads-desk.js';

const fakeAts: Connector = {
  slug: 'fake-ats',
  name: 'Fake ATS',
  docs: 'https://developers.fake-ats.example',
  api: {
    regions: { main: { api: 'https://api.fake-ats.example' } },
    connect: [],
    versions: { v1: aVersion({ resources: [candidates, educations] }) },
  },
};

interface Told {
  eventType: string;
  eventData: { candidate: Record<string, unknown>; changes?: Record<string, { from: unknown; to: unknown }> };
}

describe('field mappings in events', () => {
  let desk: ReadsDesk;
  let id: string;

  beforeAll(async () => {
    desk = await openReadsDesk(fakeAts);
    await desk.hub.database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, url, status, slot)
       VALUES ('whep_test', $1, 'WEBHOOK', 'https://vendor.example', 'ENABLED', 0)`,
      [desk.hub.accountId],
    );
  });
  afterAll(() => desk?.close());
  beforeEach(async () => {
    await desk.hub.database.query('DELETE FROM field_mappings');
    await desk.hub.database.query('DELETE FROM delivery_work');
    id = await desk.integration();
  });

  const map = async (body: object, apiKey = desk.hub.apiKey) => {
    const whole = { scope: 'ACCOUNT', model: 'candidates', key: 'pay', path: '$.pay.wanted', ...body };
    const reply = await desk.hub.call('PUT', '/v1/field-mappings', { body: whole, apiKey });
    expect([reply.status, reply.body]).toEqual([200, reply.body]);
  };
  const person = (more: object = {}) => ({ id: 1, first_name: 'Imani', pay: { wanted: 60_000 }, ...more });
  const fill = (...rows: object[]) => desk.fill(id, 'candidates', rows);
  const told = async (): Promise<Told[]> => {
    const rows = await desk.hub.database.query<{ payload: Buffer }>(
      'SELECT payload FROM events WHERE integration_id = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ payload }) => JSON.parse(payload.toString('utf8')) as Told);
  };
  const last = async () => (await told()).at(-1)!;
  const shown = async () => (await desk.get(id, 'candidates', '1')).body;

  it('give new, changed and deleted records what the reads give', async () => {
    await map({});
    await map({ key: 'tags', path: '$.tags[*]' });
    await fill(person({ tags: ['a'] }));
    const [created, read] = [await last(), await shown()];
    await fill(person({ first_name: 'Imi', tags: ['a'] }));
    const modified = await last();

    expect(created.eventData.candidate.mappedFields).toEqual({ pay: 60_000, tags: ['a'] });
    expect(read.mappedFields).toEqual(created.eventData.candidate.mappedFields);
    expect(modified).toMatchObject({
      eventType: 'record.modified',
      eventData: { candidate: { mappedFields: { pay: 60_000, tags: ['a'] } } },
    });
    expect(modified.eventData.changes).toEqual({ firstName: { from: 'Imani', to: 'Imi' } });
  });

  it('are empty in them without any', async () => {
    await fill(person());

    expect((await last()).eventData.candidate.mappedFields).toEqual({});
  });

  it('tell of a value that changed alone, with what it was', async () => {
    await map({});
    await map({ key: 'city', path: '$.address.city' });
    await fill(person());
    const before = await shown();
    await fill(person({ pay: { wanted: 70_000 } }));
    const [event, after] = [await last(), await shown()];

    expect(event.eventType).toBe('record.modified');
    expect(event.eventData.changes).toEqual({
      mappedFields: { from: { pay: 60_000, city: null }, to: { pay: 70_000, city: null } },
    });
    expect(event.eventData.candidate).toMatchObject({ firstName: 'Imani', mappedFields: { pay: 70_000, city: null } });
    expect(Date.parse(after.changedAt as string)).toBeGreaterThan(Date.parse(before.changedAt as string));
  });

  it('tell of nothing when what is not mapped changes', async () => {
    await map({});
    await fill(person());
    await fill(person({ shoe: 42 }));
    await fill(person({ shoe: 42, pay: { wanted: 60_000, currency: 'EUR' } }));

    expect((await told()).map(({ eventType }) => eventType)).toEqual(['record.new']);
  });

  it('tell of nothing when a mapping is made, and of the change after it', async () => {
    await fill(person());
    await map({});
    await fill(person());
    await fill(person({ pay: { wanted: 1 } }));

    expect((await told()).map(({ eventData: { changes } }) => changes)).toEqual([
      undefined,
      { mappedFields: { from: { pay: 60_000 }, to: { pay: 1 } } },
    ]);
  });

  it('are watched like any other field', async () => {
    await map({});
    await fill(person());
    const watch = (fields: string[]) =>
      desk.hub.call('PATCH', `/v1/integrations/${id}/sync-settings`, {
        body: { watchedFields: { candidates: fields } },
      });
    expect((await watch(['title'])).status).toBe(200);
    await fill(person({ pay: { wanted: 1 } }));
    const unheard = (await told()).length;
    expect((await watch(['mappedFields'])).status).toBe(200);
    await fill(person({ pay: { wanted: 2 } }));

    expect([unheard, (await told()).length]).toEqual([1, 2]);
    expect((await last()).eventData.changes).toEqual({ mappedFields: { from: { pay: 1 }, to: { pay: 2 } } });
  });

  it('are kept where only a part of the record changes', async () => {
    await map({});
    await fill(person());
    await desk.fill(id, educations, [{ id: 9, candidate_id: 1, school: 'Trinity' }]);

    const { eventData } = await last();
    expect(Object.keys(eventData.changes!)).toEqual(['educations']);
    expect(eventData.candidate.mappedFields).toEqual({ pay: 60_000 });
  });

  it('of another account, another model, or for writing alone, are nothing here', async () => {
    await map({}, (await desk.hub.anotherAccount()).apiKey);
    await map({ model: 'jobs' });
    await desk.hub.database.query(
      `INSERT INTO field_mappings (id, account_id, scope, model, direction, key, path)
       VALUES ('fmap_1', $1, 'ACCOUNT', 'candidates', 'WRITE', 'shoe', '$.shoe')`,
      [desk.hub.accountId],
    );
    await fill(person());
    await fill(person({ pay: { wanted: 2 }, shoe: 42 }));

    expect((await told()).map(({ eventData }) => eventData.candidate.mappedFields)).toEqual([{}]);
  });

  it('that take long end, and stop no page', async () => {
    const rows = Array.from({ length: 400 }, (_, n) => ({
      ...person({ id: n + 1 }),
      wide: Array.from({ length: 300 }, (_unused, at) => ({ at, inner: { at } })),
    }));
    for (let n = 0; n < 20; n++) await map({ key: `slow${n}`, path: '$..[?@..[?@..n]]' });
    await fill(...rows);
    await fill(...rows.map((row) => ({ ...row, first_name: 'Imi' })));

    const events = await told();
    expect(events.map(({ eventType }) => eventType).toSorted()).toEqual([
      ...Array<string>(400).fill('record.modified'),
      ...Array<string>(400).fill('record.new'),
    ]);
    expect(events.at(-1)!.eventData.changes).toEqual({ firstName: { from: 'Imani', to: 'Imi' } });
  });
});
