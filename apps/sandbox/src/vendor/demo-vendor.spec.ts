import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Cipher } from '#libs/store';
import { createLogger } from '#libs/telemetry';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/until.js';
import { HubCallFailed, type HubClient } from '../hub/hub-client.js';
import { SetupStates } from '../hub/setup-state.js';
import type { ReceivedEvent } from '../page-state.js';
import { Changes } from '../store/changes.js';
import { SandboxDocuments } from '../store/sandbox-documents.js';
import { DemoVendor } from './demo-vendor.js';
import { Inbox } from './inbox.js';

const ORDER: ReceivedEvent = {
  id: 'evt-1',
  receivedAt: '2026-11-21T09:00:00.000Z',
  verified: true,
  copies: 1,
  type: 'record.new',
  recordId: 'ats_ass_1',
  body: {
    eventData: {
      candidateAssessment: {
        candidate: { firstName: '花子', lastName: null },
        assessmentPackage: { id: 'sql', name: null },
      },
    },
  },
};
const BY_HAND = { score: 12, outcome: 'FAIL', summary: 'No.' } as const;

describe('the demo vendor', () => {
  let db: TestDatabase;
  let documents: SandboxDocuments;
  let states: SetupStates;
  let vendor: DemoVendor;
  let reports: { path: string; body: Record<string, unknown> }[];
  let refusal: Error | null;

  const aVendor = () => {
    const api = (_method: string, path: string, { body }: { body: Record<string, unknown> }) => {
      reports.push({ path, body });
      return refusal ? Promise.reject(refusal) : Promise.resolve(null);
    };
    const log = createLogger({ name: 'test', level: 'silent' });
    return new DemoVendor(
      documents,
      new Inbox(documents, states, new Changes()),
      states,
      { api } as unknown as HubClient,
      log,
    );
  };
  const order = async () => (await vendor.view()).orders[0];

  beforeAll(async () => {
    db = await createTestDatabase();
    documents = new SandboxDocuments(db.database, new Cipher([{ id: 'k1', key: randomBytes(32) }]), new Changes());
    states = new SetupStates(documents);
    await states.save({ apiKey: 'k', hasAccount: true, packagesPublished: true, integrations: {}, endpoint: null });
  });
  afterAll(() => db.drop());
  beforeEach(async () => {
    await db.database.query(`DELETE FROM sandbox_documents WHERE connector = '_vendor'`);
    reports = [];
    refusal = null;
    vendor = aVendor();
  });
  afterEach(() => vendor.onModuleDestroy());

  it('starts an order and then completes it, once however often the event comes', async () => {
    await vendor.take(ORDER);
    await vendor.take(ORDER);
    await until(async () => (await order())?.state === 'COMPLETED');

    expect(reports.map(({ body }) => body.status)).toEqual(['STARTED', 'COMPLETED']);
    expect(reports[1]).toMatchObject({
      path: '/v1/ats/assessments/ats_ass_1',
      body: { maxScore: 100, profileUrl: 'https://example.com/report/ats_ass_1', score: expect.any(Number) },
    });
  });

  it('waits for a person when told so', async () => {
    await vendor.setAutomatic(false);
    await vendor.take(ORDER);

    expect(await order()).toMatchObject({ candidate: '花子', test: 'sql', state: 'RECEIVED', automatic: false });
    await vendor.reportByHand('ats_ass_1', BY_HAND);
    expect(reports).toEqual([expect.objectContaining({ body: expect.objectContaining(BY_HAND) })]);
    expect(await order()).toMatchObject({ state: 'COMPLETED' });
  });

  it('answers after a restart what it had not answered before', async () => {
    await vendor.take(ORDER);
    vendor.onModuleDestroy();
    vendor = aVendor();

    await vendor.resume();

    await until(async () => (await order())?.state === 'COMPLETED');
  });

  it('says what the hub said when a report is refused', async () => {
    await vendor.setAutomatic(false);
    await vendor.take(ORDER);
    refusal = new HubCallFailed('PATCH … was answered with 409: state_conflict', 409);

    await expect(vendor.reportByHand('ats_ass_1', BY_HAND)).rejects.toMatchObject({ code: 'conflict' });
    expect(await order()).toMatchObject({ state: 'RECEIVED', problem: expect.stringContaining('409') });
  });

  it('leaves other events and other people’s orders alone', async () => {
    await vendor.take({ ...ORDER, type: 'record.modified' });

    expect((await vendor.view()).orders).toEqual([]);
    await expect(vendor.reportByHand('ats_ass_2', BY_HAND)).rejects.toMatchObject({ code: 'not_found' });
  });
});
