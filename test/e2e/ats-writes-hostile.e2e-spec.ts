import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ActionsModule } from '#libs/actions';
import { ConnectionsModule } from '#libs/connections';
import { resourceOf } from '#libs/connector-kit';
import { IntegrationsModule } from '#libs/integrations';
import { newId, recordId } from '#libs/model';
import { RecordReadsModule, RecordStore } from '#libs/records';
import greenhouse from '../../connectors/greenhouse/index.js';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';
import { type OpenJob, openWritesDesk, type Problem, type Row, type WritesDesk } from './writes-desk.js';

let desk: WritesDesk;
let open: OpenJob;
let candidate: string;
let application: string;

beforeAll(async () => {
  desk = await openWritesDesk();
  open = await desk.job();
  const rows = (await desk.harvest.all('applications?per_page=500')) as Row[];
  const active = rows.find(({ status, prospect }) => status === 'in_process' && prospect === false)!;
  candidate = desk.id('candidates', active.candidate_id as number);
  application = desk.id('applications', active.id);
  desk.written();
});
afterAll(() => desk?.close());

const CALLS: [string, string, object | undefined][] = [
  ['POST', 'candidates', { firstName: 'A', lastName: 'B' }],
  ['PATCH', 'candidates/:c', { title: 'x' }],
  ['POST', 'prospects', { firstName: 'A', lastName: 'B' }],
  ['POST', 'applications', { candidateId: 'x', jobId: 'x' }],
  ['POST', 'candidates/:c/notes', { body: 'x', visibility: 'PUBLIC' }],
  ['POST', 'candidates/:c/attachments', { filename: 'a.pdf', type: 'OTHER', visibility: 'PUBLIC', content: 'AAAA' }],
  ['POST', 'candidates/:c/educations', { startDate: '2014-09-01' }],
  ['DELETE', 'candidates/:c/educations/1', undefined],
  ['POST', 'candidates/:c/employments', { company: 'A', title: 'B', startDate: '2014-09-01' }],
  ['DELETE', 'candidates/:c/employments/1', undefined],
  ['PUT', 'candidates/:c/tags/x', undefined],
  ['DELETE', 'candidates/:c/tags/x', undefined],
  ['POST', 'applications/:a/move', { toStageId: 'x' }],
  ['POST', 'applications/:a/reject', { rejectReasonId: 'x' }],
  ['POST', 'applications/:a/unreject', undefined],
  ['POST', 'applications/:a/hire', undefined],
  ['GET', 'meta/notes.create', undefined],
];
const OF_INTEGRATIONS: [string, string, object | undefined][] = [
  ['GET', 'user-mappings', undefined],
  ['PUT', 'user-mappings', { externalUserId: 'u', email: 'a@b.example' }],
  ['DELETE', 'user-mappings/u', undefined],
  ['POST', 'user-mappings/match', undefined],
  ['GET', 'default-user', undefined],
  ['PUT', 'default-user', { userId: 'user_1' }],
  ['DELETE', 'default-user', undefined],
];
const at = (path: string) => path.replace(':c', candidate).replace(':a', application);

describe('a call that writes', () => {
  it.each(CALLS)('is refused without a key, and without the scope: %s %s', async (method, path, body) => {
    const scopes = ['integrations:write', 'passthrough:write', 'webhooks:write'];
    const { apiKey } = (await desk.hub.call<{ apiKey: string }>('POST', '/v1/api-keys', { body: { scopes } })).body;

    const without = await desk.call(method, at(path), body, { apiKey: null });
    const other = await desk.call<Problem>(method, at(path), body, { apiKey });

    expect([without.status, other.status, other.body.code]).toEqual([401, 403, 'scope_missing']);
  });

  it.each(CALLS)(
    'finds nothing with another account’s key, or another integration: %s %s',
    async (method, path, body) => {
      const { apiKey } = await desk.hub.anotherAccount();
      const none = { headers: { 'x-integration-id': newId('integration') } };

      const theirs = await desk.call(method, at(path), body, { apiKey });
      const nowhere = await desk.call(method, at(path), body, none);
      const unnamed = await desk.call(method, at(path), body, { headers: { 'x-integration-id': '' } });

      expect([theirs.status, nowhere.status, unnamed.status]).toEqual([404, 404, 422]);
      expect(desk.written()).toEqual([]);
    },
  );

  it.each(CALLS.filter(([, path]) => path.includes(':')))(
    'is 404 for a record nobody has: %s %s',
    async (method, path, body) => {
      const ids = [desk.id('candidates', 1), desk.id('applications', 1), 'nonsense', 'constructor', '%00', '..%2f..'];

      for (const id of ids) {
        const { status } = await desk.call(method, path.replace(/:[ca]/, id), body);
        expect([id, [400, 404, 422].includes(status)]).toEqual([id, true]);
        if (!id.includes('%')) expect([id, status]).toEqual([id, 404]);
      }
    },
  );

  it.each(OF_INTEGRATIONS)('of an integration is guarded likewise: %s %s', async (method, path, body) => {
    const { apiKey } = await desk.hub.anotherAccount();
    const address = `/v1/integrations/${desk.integrationId}/${path}`;
    const more = body === undefined ? {} : { body };

    const without = await desk.hub.call(method, address, { apiKey: null, ...more });
    const theirs = await desk.hub.call(method, address, { apiKey, ...more });

    expect([without.status, theirs.status]).toEqual([401, 404]);
  });

  it('answers 409 where the integration is not connected', async () => {
    const wanted = { provider: 'greenhouse', originOrgId: 'nobody', originOrgName: 'Nobody' };
    const { id } = (await desk.hub.call<{ id: string }>('POST', '/v1/integrations', { body: wanted })).body;
    const headers = { 'x-integration-id': id };

    const write = await desk.call('POST', 'candidates', { firstName: 'A', lastName: 'B' }, { headers });
    const meta = await desk.call<Problem>('GET', 'meta/candidates.create', undefined, { headers });

    expect([write.body.code, meta.body.code]).toEqual(['integration_not_connected', 'integration_not_connected']);
  });
});

describe('a hostile body', () => {
  const BODIES: [string, unknown][] = [
    ['a list', []],
    ['text', '"x"'],
    ['broken JSON', '{'],
    ['unknown fields', { hack: 1 }],
    ['an unknown field far inside', { emails: [{ value: 'a', type: 'WORK', hack: 1 }], email: { hack: 1 } }],
    ['prototypes', '{"__proto__":{"firstName":"A"},"constructor":1}'],
    [
      'numbers for everything',
      { firstName: 1, body: 1, company: 1, filename: 1, toStageId: 1, startDate: 1, jobId: 1 },
    ],
    ['objects for text', { lastName: { $ne: null }, body: {}, title: {}, url: {}, notes: {}, toJobId: {}, jobId: {} }],
    ['somebody nobody knows', { onBehalfOf: { id: 1 } }],
    ['NUL bytes', { firstName: '\u0000', body: '\u0000', company: '\u0000', notes: '\u0000' }],
    ['lone surrogates', '{"firstName":"\\ud800","body":"\\ud800","company":"\\ud800","notes":"\\ud800"}'],
    ['deep nesting', `{"customFields":${'['.repeat(80)}${']'.repeat(80)}}`],
    [
      'an endless name',
      { firstName: 'x'.repeat(300), company: 'x'.repeat(300), subject: 'x'.repeat(300), jobId: 'x'.repeat(300) },
    ],
    ['days that are none', { startDate: '2017-02-30', email: { sendAt: 'tomorrow' } }],
    ['a number too large', '{"customFields":[{"key":"a","value":1e999}]}'],
  ];
  const writes = CALLS.filter(([method]) => method !== 'GET' && method !== 'DELETE');

  it.each(BODIES)('is the caller’s fault: %s', async (_what, body) => {
    for (const [method, path] of writes) {
      const { status, body: reply } = await desk.call(method, at(path), body);
      expect([path, status, reply]).toEqual([
        path,
        expect.any(Number),
        expect.objectContaining({ code: expect.any(String) }),
      ]);
      expect([400, 422]).toContain(status);
    }
    expect(desk.written()).toEqual([]);
  });

  it('is refused where a call takes none', async () => {
    const { status } = await desk.call('DELETE', `candidates/${candidate}/tags/x`, { onBehalfOf: 'u' });

    expect(status).toBe(422);
  });

  it.each(['dryRun=yes', 'dryRun=1', 'dryRun=true&dryRun=true', 'dry=true', 'onBehalfOf=u'])(
    'has a query to match: %s',
    async (query) => {
      const { status } = await desk.call('POST', `candidates?${query}`, { firstName: 'A', lastName: 'B' });

      expect([400, 422]).toContain(status);
      expect(desk.written()).toEqual([]);
    },
  );

  it('may hold scripts, which are text and nothing else', async () => {
    const text = '<script>alert(1)</script>';
    const made = await desk.call('POST', 'candidates', { firstName: text, lastName: "'; DROP TABLE records; --" });

    expect([made.status, made.body.record?.firstName]).toEqual([201, text]);
    desk.written();
  });

  it.each([
    [{}, ['filename', 'type', 'visibility', 'url']],
    [{ filename: 'a.pdf', type: 'OTHER', visibility: 'PUBLIC', content: 'AAAA', url: 'https://a.example/b' }, ['url']],
    [{ filename: 'a.pdf', type: 'OTHER', visibility: 'PUBLIC', content: '%%%' }, ['content']],
    [{ filename: 'a.pdf', type: 'OTHER', visibility: 'PUBLIC', content: '' }, ['content']],
    [{ filename: 'a.pdf', type: 'SECRET', visibility: 'PUBLIC', content: 'AAAA' }, ['type']],
    [{ filename: 'a.pdf', type: 'OTHER', visibility: 'PUBLIC', url: 'javascript:alert(1)' }, ['url']],
    [{ filename: 'a.pdf', type: 'OTHER', visibility: 'PUBLIC', url: 'https://user:pass@a.example/b' }, ['url']],
  ])('is no attachment: %j', async (body, paths) => {
    const reply = await desk.call('POST', `candidates/${candidate}/attachments`, body);

    expect([reply.status, reply.body.errors.map(({ path }) => path).toSorted()]).toEqual([422, paths.toSorted()]);
  });

  it('is too large at a megabyte', async () => {
    const content = 'A'.repeat(1_100_000);
    const file = { filename: 'a.pdf', type: 'OTHER', visibility: 'PUBLIC', content };

    expect((await desk.call('POST', `candidates/${candidate}/attachments`, file)).status).toBe(413);
  });

  it('has ids that are no ids of the ATS', async () => {
    const body = { rejectReasonId: desk.id('reject-reasons', 'x'), email: { templateRemoteId: 'no number' } };
    const reply = await desk.call('POST', `applications/${application}/reject`, body);
    const education = await desk.call(
      'DELETE',
      `candidates/${candidate}/educations/${encodeURIComponent('../../users')}`,
    );
    const tag = await desk.call('PUT', `candidates/${candidate}/tags/%20`);

    expect([reply.status, education.status, tag.status]).toEqual([422, 422, 422]);
    expect(education.body.errors).toEqual([{ path: 'remoteId', message: expect.stringMatching(/ids are numbers/) }]);
    expect(desk.written()).toEqual([]);
    expect(open.stages.length).toBeGreaterThan(2);
  });
});

describe('the address of a file', () => {
  let hub: FeatureApp;
  let path: string;
  let id: string;

  beforeAll(async () => {
    const modules = [IntegrationsModule, ConnectionsModule, RecordReadsModule, ActionsModule];
    hub = await startFeatures(modules, [greenhouse]);
    const body = { provider: 'greenhouse', originOrgId: 'one', originOrgName: 'One' };
    id = (await hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body.id;
    await hub.database.query(
      `INSERT INTO connections (integration_id, account_id, provider, method, region, version, state, budget_key)
       VALUES ($1, $2, 'greenhouse', 'client-credentials', 'us', 'v3', 'ACTIVE', $1)`,
      [id, hub.accountId],
    );
    const resource = resourceOf(greenhouse.api!.versions.v3!, 'candidates')!;
    const scope = { accountId: hub.accountId, integrationId: id };
    const row = (await desk.harvest.all('candidates'))[0]!;
    await hub.database.transaction((tx) => hub.get(RecordStore).save(tx, scope, resource, [row]));
    path = `/v1/ats/candidates/${recordId(id, 'candidates', String(row.id))}/attachments`;
  });
  afterAll(() => hub?.close());

  it.each([
    'http://93.184.216.34/report.pdf',
    'https://127.0.0.1/report.pdf',
    'https://localhost/report.pdf',
    'https://[::1]/report.pdf',
    'https://[::ffff:10.0.0.1]/report.pdf',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001/report.pdf',
  ])('is public https: %s is not', async (url) => {
    const body = { filename: 'report.pdf', type: 'OTHER', visibility: 'PRIVATE', url };
    const reply = await hub.call<Problem>('POST', path, { body, headers: { 'x-integration-id': id } });

    expect([reply.status, reply.body.code, reply.body.errors[0]?.path]).toEqual([422, 'unsafe_target', 'url']);
  });
});
