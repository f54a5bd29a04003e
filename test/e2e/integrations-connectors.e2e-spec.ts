import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IntegrationsModule } from '#libs/integrations';
import { acmeAts, plainAts } from '#libs/integrations/testing';
import { fakeConnector } from '#libs/sync/testing';
import { newId } from '#libs/model';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';

type Page<T> = { data: T[]; nextCursor: string | null };

let hub: FeatureApp;
beforeAll(async () => {
  hub = await startFeatures([IntegrationsModule], [acmeAts, fakeConnector('http://127.0.0.1:1'), plainAts]);
});
afterAll(() => hub.close());

let customers = 0;
const connect = async () => {
  const body = { provider: 'acme-ats', originOrgId: `org-${++customers}`, originOrgName: 'Globex' };
  return (await hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body;
};

describe('a call about connectors and complaints', () => {
  const paths = ['/v1/connectors', '/v1/connectors/acme-ats', '/v1/integrations/:id/response-errors'];

  it.each(paths)('is refused without a key, and without the scope: %s', async (path) => {
    const { id } = await connect();
    const { body } = await hub.call<{ apiKey: string }>('POST', '/v1/api-keys', { body: { scopes: ['events:read'] } });
    const status = async (apiKey: string | null) => (await hub.call('GET', path.replace(':id', id), { apiKey })).status;

    expect([await status(null), await status(body.apiKey)]).toEqual([401, 403]);
  });

  it('finds no complaints with the key of another account', async () => {
    const { id } = await connect();
    const { apiKey } = await hub.anotherAccount();

    expect((await hub.call('GET', `/v1/integrations/${id}/response-errors`, { apiKey })).status).toBe(404);
    expect((await hub.call('GET', `/v1/integrations/${newId('integration')}/response-errors`)).status).toBe(404);
  });
});

describe('what an ATS complained about', () => {
  it('is listed, newest first, without the body it came in', async () => {
    const { id } = await connect();
    const reports: string[] = [];
    for (const call of ['list_tests', 'test_status']) {
      reports.unshift(newId('report'));
      await hub.database.query(
        `INSERT INTO partner_reports (id, account_id, integration_id, call, errors, body) VALUES ($1, $2, $3, $4, $5, $6)`,
        [reports[0], hub.accountId, id, call, JSON.stringify(['is wrong']), JSON.stringify({ email: 'a@b.example' })],
      );
    }

    const { body } = await hub.call<Page<Record<string, unknown>>>('GET', `/v1/integrations/${id}/response-errors`);

    expect(body).toEqual({
      data: [
        { id: reports[0], at: expect.any(String), call: 'test_status', errors: ['is wrong'], assessmentId: null },
        { id: reports[1], at: expect.any(String), call: 'list_tests', errors: ['is wrong'], assessmentId: null },
      ],
      nextCursor: null,
    });
    const page = await hub.call<Page<unknown>>('GET', `/v1/integrations/${id}/response-errors?limit=1`);
    expect(page.body.nextCursor).not.toBeNull();
  });
});

describe('the connectors', () => {
  it('are listed with what they can do', async () => {
    const { body } = await hub.call<Page<Record<string, unknown>>>('GET', '/v1/connectors');

    expect(body.data.map(({ slug }) => slug)).toEqual(['acme-ats', 'fake-ats', 'plain-ats']);
    expect(body.data[2]).toMatchObject({ name: 'Plain ATS', capabilities: { assessments: 'UNSUPPORTED' } });
  });

  it('say what they declare', async () => {
    const { body } = await hub.call('GET', '/v1/connectors/acme-ats');
    const plain = await hub.call('GET', '/v1/connectors/plain-ats');

    expect(body).toMatchObject({
      docs: 'https://developers.acme-ats.example',
      assessments: {
        calls: [
          { action: 'listPackages', method: 'GET', paths: ['tests'] },
          { action: 'reportError', method: 'POST', paths: ['errors'] },
        ],
        result: { on: 'result', confirmedBy: 'statusRead', hosts: ['app.acme-ats.example'] },
      },
    });
    expect(plain.body).toMatchObject({ assessments: null });
    expect((await hub.call('GET', '/v1/connectors/no-such-ats')).status).toBe(404);
  });

  it('say what they cover, down to the field, in the list as well', async () => {
    interface Declared {
      api: { versions: { models: { model: string; filters: string[] }[]; actions: object[] }[]; webhooks: object };
    }
    const { body } = await hub.call<Declared>('GET', '/v1/connectors/fake-ats');
    const list = await hub.call<Page<Declared>>('GET', '/v1/connectors');

    expect(body.api.versions[0]!.models.find(({ model }) => model === 'candidates')).toMatchObject({
      fields: expect.arrayContaining(['lastName', 'educations']),
      filters: [],
      readsChanges: true,
      permission: 'candidates',
    });
    expect(body.api.versions[0]!.models.find(({ model }) => model === 'applications')!.filters).toContain(
      'candidateId',
    );
    expect(body.api.webhooks).toMatchObject({
      events: expect.arrayContaining([{ action: expect.any(String), when: expect.any(String) }]),
      isSubscribable: expect.any(Boolean),
    });
    expect(list.body.data[1]).toEqual(body);
  });
});
