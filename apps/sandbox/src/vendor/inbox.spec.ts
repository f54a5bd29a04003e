import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'svix';
import { Cipher } from '#libs/store';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';
import { SetupStates } from '../hub/setup-state.js';
import { Changes } from '../store/changes.js';
import { SandboxDocuments } from '../store/sandbox-documents.js';
import { Inbox } from './inbox.js';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

const ASSESSMENT = { eventType: 'record.new', recordId: 'ats_ass_1', eventData: { candidateAssessment: {} } };

function incoming(id: string, body: object = ASSESSMENT, secret = SECRET) {
  const text = JSON.stringify(body);
  const at = new Date();
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, text),
  };
  return { bytes: Buffer.from(text), headers };
}

describe("the demo vendor's inbox", () => {
  let db: TestDatabase;
  let inbox: Inbox;

  beforeAll(async () => {
    db = await createTestDatabase();
    const cipher = new Cipher([{ id: 'k1', key: randomBytes(32) }]);
    const documents = new SandboxDocuments(db.database, cipher, new Changes());
    const states = new SetupStates(documents);
    const endpoint = { id: 'whe_1', secret: SECRET, url: 'http://127.0.0.1:3000/sandbox/vendor/webhook' };
    await states.save({ apiKey: 'k', hasAccount: true, packagesPublished: true, integrations: {}, endpoint });
    inbox = new Inbox(documents, states, new Changes());
  });
  afterAll(() => db.drop());
  beforeEach(() => db.database.query(`DELETE FROM sandbox_documents WHERE connector = '_vendor'`));

  it('takes an event that the hub signed', async () => {
    const event = await inbox.receive(incoming('evt-1'));

    expect(event).toMatchObject({ id: 'evt-1', verified: true, type: 'record.new', recordId: 'ats_ass_1' });
    expect(await inbox.newestFirst()).toEqual([event]);
  });

  it('knows an event that came before, and how often', async () => {
    await inbox.receive(incoming('evt-1'));
    await inbox.receive(incoming('evt-1'));

    expect(await inbox.newestFirst()).toEqual([expect.objectContaining({ id: 'evt-1', copies: 2 })]);
  });

  it('keeps one of several copies that come at once', async () => {
    const copy = incoming('evt-1');

    await Promise.all(Array.from({ length: 5 }, () => inbox.receive(copy)));

    expect(await inbox.newestFirst()).toHaveLength(1);
  });

  it('shows what was signed with another secret as not verified, without giving its id away', async () => {
    const other = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
    await inbox.receive(incoming('evt-1', {}, other));

    expect(await inbox.newestFirst()).toEqual([expect.objectContaining({ verified: false, type: 'unknown' })]);

    await inbox.receive(incoming('evt-1'));
    expect((await inbox.newestFirst()).map(({ verified }) => verified).toSorted()).toEqual([false, true]);
  });

  it('does not verify a body that was changed on the way', async () => {
    const { headers } = incoming('evt-1');

    const event = await inbox.receive({ bytes: Buffer.from('{"eventType":"record.new"}'), headers });

    expect(event.verified).toBe(false);
  });

  it('keeps little of what it cannot verify', async () => {
    const bytes = Buffer.from(JSON.stringify({ eventType: 'x', filler: 'x'.repeat(20_000) }));
    for (let at = 0; at < 13; at++) await inbox.receive({ bytes, headers: {} });

    const events = await inbox.newestFirst();
    expect(events).toHaveLength(10);
    expect(events[0]).toMatchObject({ type: 'x', body: {} });
  });

  it('keeps the latest fifty', async () => {
    for (let at = 100; at < 153; at++) await inbox.receive(incoming(`evt-${at}`));

    const ids = (await inbox.newestFirst()).map(({ id }) => id).toSorted();
    expect(ids).toHaveLength(50);
    expect(ids[0]).toBe('evt-103');
  });
});
