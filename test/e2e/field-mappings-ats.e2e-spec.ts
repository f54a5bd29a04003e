import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ActionsModule } from '#libs/actions';
import { ConnectionsModule } from '#libs/connections';
import { type Connector, basicAuthorization, resourceOf } from '#libs/connector-kit';
import { type FakeAts, sendJson, startFakeAts } from '#libs/engine/testing';
import { IntegrationsModule } from '#libs/integrations';
import { type ModelName, recordId } from '#libs/model';
import { RecordReadsModule, RecordStore } from '#libs/records';
import linden from '../../connectors/_template/index.js';
import greenhouse from '../../connectors/greenhouse/index.js';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';
import { type StandIn, startStandIn } from '../support/stand-in.js';
import type { Written } from './writes-desk.js';

const MODULES = [IntegrationsModule, ConnectionsModule, RecordReadsModule, ActionsModule];

/** A hub with one connector, one integration that is connected with a key, and calls about it. */
async function openHub(connector: Connector, version: string, apiKey: string) {
  const hub: FeatureApp = await startFeatures(MODULES, [connector], { ATSUME_ALLOW_PRIVATE_TARGETS: 'true' });
  const body = { provider: connector.slug, originOrgId: 'globex', originOrgName: 'Globex' };
  const { id } = (await hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body;
  const wanted = { method: 'api-key', credentials: { apiKey } };
  const connected = await hub.call('POST', `/v1/integrations/${id}/connect`, { body: wanted });
  expect([connected.status, connected.body]).toEqual([200, connected.body]);
  const declared = connector.api!.versions[version]!;
  const scope = { accountId: hub.accountId, integrationId: id };
  return {
    hub,
    id: (model: ModelName, remoteId: string | number) => recordId(id, model, String(remoteId)),
    save: (model: ModelName, row: unknown) =>
      hub.database.transaction(async (tx) => {
        const { unreadable } = await hub.get(RecordStore).save(tx, scope, resourceOf(declared, model)!, [row]);
        expect(unreadable).toEqual([]);
      }),
    map: (path: string, key = 'own') =>
      hub.call<Written>('PUT', '/v1/field-mappings', {
        body: { scope: 'INTEGRATION', integrationId: id, model: 'candidates', direction: 'BOTH', key, path },
      }),
    call: (method: string, path: string, content?: unknown) =>
      hub.call<Written>(method, `/v1/ats/${path}`, {
        headers: { 'x-integration-id': id },
        ...(content === undefined ? {} : { body: content }),
      }),
  };
}

type Hub = Awaited<ReturnType<typeof openHub>>;

describe('field mappings of an older version of an API', () => {
  let standIn: StandIn;
  let desk: Hub;
  let remoteId: string;
  let v1: (path: string) => Promise<Record<string, never>[]>;
  const user = { id: 4_000_510_003, first_name: 'Kim', last_name: 'Lee', name: 'Kim Lee' };

  beforeAll(async () => {
    standIn = await startStandIn('greenhouse', { candidates: 20 });
    const { key } = (await (await fetch(`${standIn.url}/keys`)).json()) as { key: string };
    v1 = async (path) => {
      const headers = { authorization: basicAuthorization(key) };
      return (await fetch(`${standIn.url}/api/v1/${path}`, { headers })).json() as never;
    };
    const { versions } = greenhouse.api!;
    const api = { ...greenhouse.api!, regions: { us: standIn.hosts('api', 'auth') }, versions: { v1: versions.v1! } };
    desk = await openHub({ ...greenhouse, api }, 'v1', key);
    const [row] = await v1('candidates?per_page=1');
    remoteId = String(row!.id);
    await desk.save('candidates', row);
    await desk.save('users', { ...user, primary_email_address: 'kim@example.org', emails: [], disabled: false });
  });
  afterAll(async () => {
    await desk?.hub.close();
    await standIn?.stop();
  });

  it('are read and written at their own place, and emptied with null', async () => {
    expect((await desk.map('$.keyed_custom_fields.desired_salary.value')).status).toBe(200);
    const patch = (own: unknown, query = '') =>
      desk.call('PATCH', `candidates/${desk.id('candidates', remoteId)}${query}`, {
        mappedFields: { own },
        onBehalfOf: desk.id('users', user.id),
      });

    const dry = await patch('70k', '?dryRun=true');
    const done = await patch('70k');
    const stored = (await v1(`candidates/${remoteId}`)) as unknown as { custom_fields: object };
    const emptied = await patch(null, '?dryRun=true');

    expect(dry.body.wouldSend!.body).toEqual({ custom_fields: [{ name_key: 'desired_salary', value: '70k' }] });
    expect([done.status, done.body.record!.mappedFields]).toEqual([200, { own: '70k' }]);
    expect(stored.custom_fields).toMatchObject({ desired_salary: '70k' });
    expect(emptied.body.wouldSend!.body).toEqual({
      custom_fields: [{ name_key: 'desired_salary', delete_value: 'true' }],
    });
  });

  it('are refused where only another version has the place', async () => {
    const { status, body } = await desk.map('$.custom_fields.desired_salary.value');

    expect([status, body.errors[0]]).toEqual([
      422,
      {
        path: 'path',
        message: "cannot be written to: for candidates Greenhouse takes $.keyed_custom_fields['{key}'].value",
      },
    ]);
  });
});

describe('field mappings of an ATS whose fields are a list', () => {
  let ats: FakeAts;
  let desk: Hub;
  let answers: { question: string; text: string }[];

  beforeAll(async () => {
    ats = await startFakeAts();
    const api = { ...linden.api!, regions: { us: { api: ats.origin } } };
    desk = await openHub({ ...linden, api }, 'v2', `lin_${'a'.repeat(20)}`);
  });
  afterAll(async () => {
    await desk?.hub.close();
    await ats?.close();
  });
  beforeEach(async () => {
    ats.got.length = 0;
    answers = [{ question: 'Shoe size', text: '42' }];
    const person = () => ({ id: 'p-1', given_name: 'Imani', answers });
    ats.answer = ({ method, body }, response) => {
      if (method === 'PATCH') ({ answers } = JSON.parse(body.toString()) as { answers: typeof answers });
      sendJson(response, 200, { ok: true, items: [person()] });
    };
    await desk.save('candidates', person());
  });

  it('name an element by what it is called, and are lists of one both ways', async () => {
    expect((await desk.map("$.answers[?@.question == 'Shoe size'].text")).status).toBe(200);
    const path = `candidates/${desk.id('candidates', 'p-1')}`;
    const read = (await desk.call('GET', path)).body as unknown as { mappedFields: object };
    const { status, body } = await desk.call('PATCH', path, { mappedFields: { own: ['43'] } });
    const bare = await desk.call('PATCH', path, { mappedFields: { own: '44' } });
    const none = await desk.call('PATCH', path, { mappedFields: { own: [] } });

    expect(read.mappedFields).toEqual({ own: ['42'] });
    expect([status, body.record!.mappedFields]).toEqual([200, { own: ['43'] }]);
    const sent = ats.got
      .filter(({ method }) => method === 'PATCH')
      .map((got) => JSON.parse(got.body.toString()) as object);
    expect(sent).toEqual([{ answers: [{ question: 'Shoe size', text: '43' }] }]);
    expect([bare, none].map((reply) => [reply.status, reply.body.errors[0]!.path])).toEqual([
      [422, 'mappedFields.own'],
      [422, 'mappedFields.own'],
    ]);
  });
});
