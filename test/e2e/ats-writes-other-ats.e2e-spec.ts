import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ActionsModule } from '#libs/actions';
import { ConnectionsModule } from '#libs/connections';
import { type Action, type Connector, defineResource, onePage } from '#libs/connector-kit';
import { aVersion, type FakeAts, sendJson, startFakeAts } from '#libs/engine/testing';
import { IntegrationsModule } from '#libs/integrations';
import { recordId } from '#libs/model';
import { RecordReadsModule, RecordStore } from '#libs/records';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';
import type { Written } from './writes-desk.js';

/** People and users: the least an ATS has. */
const people = (model: 'candidates' | 'users') =>
  defineResource({
    model,
    permission: 'all',
    covers: ['firstName'],
    list: { path: model, pages: onePage(), byIds: { query: (ids) => ({ ids: ids.join(',') }), most: 10 } },
    wire: z.object({ id: z.number(), name: z.string() }),
    map: (wire) => ({ remoteId: String(wire.id), firstName: wire.name, emails: [] }) as never,
  });

/** Wants to know who writes, and needs two requests for a note. */
const createNote: Action<'notes.create'> = {
  permission: 'all',
  takes: ['candidateRemoteId', 'body'],
  needs: ['candidateRemoteId', 'body'],
  onBehalfOf: 'required',
  effects: [],
  run: async ({ candidateRemoteId, body }, { send }) => {
    await send({ method: 'POST', path: 'drafts', json: { text: body } });
    await send({ method: 'POST', path: 'notes', json: { person: candidateRemoteId } });
    return { remoteId: null, changed: [], warnings: [] };
  },
};

const otherAts = (origin: string): Connector => ({
  slug: 'other-ats',
  name: 'Other ATS',
  docs: 'https://other-ats.example',
  api: {
    regions: { main: { api: origin } },
    connect: [
      {
        ...{ kind: 'key', id: 'key', label: 'Key', version: 'v3', steps: [] },
        fields: { apiKey: { label: 'Key', kind: 'secret' } },
        authorize: () => ({}),
      },
    ],
    versions: {
      v3: aVersion({
        permissions: { all: { label: 'Everything', access: 'write', scopes: [] } },
        resources: [people('candidates'), people('users')],
        actions: { 'notes.create': createNote },
        onBehalfOf: (user) => ({ 'on-behalf-of': user }),
      }),
    },
  },
});

describe('an ATS that wants to know who writes', () => {
  let ats: FakeAts;
  let hub: FeatureApp;
  let id: string;
  const candidate = () => recordId(id, 'candidates', '7');
  const user = () => recordId(id, 'users', '9');
  const note = (body: object = {}, headers: Record<string, string> = {}) =>
    hub.call<Written>('POST', `/v1/ats/candidates/${candidate()}/notes`, {
      body: { body: 'x', ...body },
      headers: { 'x-integration-id': id, ...headers },
    });
  const written = () => ats.got.filter(({ method }) => method === 'POST').map(({ url }) => url);

  /** An integration that is connected, and knows one candidate and one user; its id. */
  const customer = async (name: string): Promise<string> => {
    const body = { provider: 'other-ats', originOrgId: name, originOrgName: name };
    const made = (await hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body.id;
    const connection = { method: 'key', credentials: { apiKey: `key of ${name}` } };
    await hub.call('POST', `/v1/integrations/${made}/connect`, { body: connection });
    const scope = { accountId: hub.accountId, integrationId: made };
    await hub.database.transaction(async (tx) => {
      await hub.get(RecordStore).save(tx, scope, people('candidates'), [{ id: 7, name: 'Imani' }]);
      await hub.get(RecordStore).save(tx, scope, people('users'), [{ id: 9, name: 'Kim' }]);
    });
    return made;
  };

  beforeAll(async () => {
    ats = await startFakeAts();
    const modules = [IntegrationsModule, ConnectionsModule, RecordReadsModule, ActionsModule];
    hub = await startFeatures(modules, [otherAts(ats.origin)], { ATSUME_ALLOW_PRIVATE_TARGETS: 'true' });
    id = await customer('one');
  });
  afterAll(async () => {
    await hub?.close();
  });
  beforeEach(() => {
    ats.got.length = 0;
    ats.answer = (_, response) => sendJson(response, 200, {});
  });

  it('is not written to without one', async () => {
    const { status, body } = await note();

    expect([status, body.errors.map(({ path }) => path), written()]).toEqual([422, ['onBehalfOf'], []]);
  });

  it('is told in its own way, also of the default user', async () => {
    const meta = () =>
      hub.call<{ schema: { required: string[] } }>('GET', '/v1/ats/meta/notes.create', {
        headers: { 'x-integration-id': id },
      });
    const named = await note({ onBehalfOf: user() });
    const before = (await meta()).body.schema.required;
    await hub.call('PUT', `/v1/integrations/${id}/default-user`, { body: { userId: user() } });
    const unnamed = await note();
    const after = (await meta()).body.schema.required;

    expect([named.status, unnamed.status]).toEqual([201, 201]);
    expect(named.body).toMatchObject({ recordId: null, remoteId: null, record: null });
    expect(ats.got.filter(({ method }) => method === 'POST').map(({ headers }) => headers['on-behalf-of'])).toEqual([
      '9',
      '9',
      '9',
      '9',
    ]);
    expect([before.toSorted(), after]).toEqual([['body', 'onBehalfOf'], ['body']]);
  });

  it('that took a part of it is not written to again under the same key', async () => {
    ats.answer = ({ url }, response) =>
      sendJson(response, url.endsWith('notes') ? 429 : 200, {}, { 'retry-after': '60' });
    const key = { 'idempotency-key': 'a part' };

    const first = await note({ onBehalfOf: user() }, key);
    const second = await note({ onBehalfOf: user() }, key);

    expect([first.status, first.body.code]).toEqual([409, 'outcome_unknown']);
    expect(first.body.detail).toMatch(/^Other ATS took a part of it \(POST drafts\)/);
    expect([second.body.code, written()]).toEqual(['outcome_unknown', ['/v3/drafts', '/v3/notes']]);
  });

  it('is asked for nothing it does not offer', async () => {
    const headers = { 'x-integration-id': id };
    const tag = await hub.call<Written>('PUT', `/v1/ats/candidates/${candidate()}/tags/x`, { headers });
    const meta = await hub.call<Written>('GET', '/v1/ats/meta/tags.add', { headers });
    const visibility = await note({ onBehalfOf: user(), visibility: 'PUBLIC' });

    expect([tag.status, tag.body.code, meta.status]).toEqual([501, 'capability_unsupported', 501]);
    expect([visibility.status, visibility.body.code]).toEqual([422, 'unsupported']);
    expect(ats.got).toEqual([]);
  });

  // The last one: the ATS is gone after it.
  it('may be written to again where nothing was sent', async () => {
    // One whose budget no other test has used up.
    id = await customer('two');
    await ats.close();

    const { status, body } = await note({ onBehalfOf: user() }, { 'idempotency-key': 'nobody there' });

    expect([status, body.code, body.detail]).toEqual([
      502,
      'provider_unavailable',
      'The ATS did not answer (ECONNREFUSED).',
    ]);
    const kept = await hub.database.query(`SELECT state FROM idempotency_keys WHERE key = 'nobody there'`);
    expect(kept).toEqual([]);
  });
});
