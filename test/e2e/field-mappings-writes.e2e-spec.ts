import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type OpenJob, openWritesDesk, type Row, type Written, type WritesDesk } from './writes-desk.js';

const SALARY = '$.custom_fields.desired_salary.value';
const ZONE = '$.time_zone';

interface Meta {
  schema: { properties: Record<string, { properties: Record<string, unknown> } | undefined> };
}

describe('writing through field mappings', () => {
  let desk: WritesDesk;
  let open: OpenJob;
  let candidate: { id: string; remoteId: string };

  beforeAll(async () => {
    desk = await openWritesDesk();
    open = await desk.job();
    const reply = await desk.call('POST', 'candidates', { firstName: 'Imani', lastName: 'Okafor' });
    candidate = reply.body.record!;
  });
  afterAll(() => desk?.close());
  beforeEach(async () => {
    await desk.hub.database.query('DELETE FROM field_mappings');
    await desk.hub.database.query(`DELETE FROM events`);
    desk.written();
  });

  const map = async (key: string, path: string, more: object = {}) => {
    const body = {
      scope: 'PROVIDER',
      provider: 'greenhouse',
      model: 'candidates',
      direction: 'BOTH',
      key,
      path,
      ...more,
    };
    const reply = await desk.hub.call('PUT', '/v1/field-mappings', { body });
    expect([reply.status, reply.body]).toEqual([200, reply.body]);
  };
  const patch = (body: object, query = '', apiKey?: string) =>
    desk.call('PATCH', `candidates/${candidate.id}${query}`, body, apiKey === undefined ? {} : { apiKey });
  const refusal = async (mappedFields: unknown) => {
    const { status, body } = await patch({ mappedFields });
    return [status, body.code, body.errors?.map(({ path }) => path), body.errors?.[0]?.message];
  };
  const meta = async (action: string) => (await desk.call<Meta>('GET', `meta/${action}`)).body.schema.properties;
  const remote = async () => (await desk.row('candidates', candidate.remoteId)) as Row & { custom_fields: never };

  it('changes the ATS where the reads look, and shows and tells it', async () => {
    await map('pay', SALARY);
    await map('zone', ZONE);

    const { status, body } = await patch({ title: 'Engineer', mappedFields: { pay: '70k', zone: 'Europe/Dublin' } });

    expect([status, body.warnings, desk.written().length]).toEqual([200, [], 1]);
    expect(await remote()).toMatchObject({
      title: 'Engineer',
      time_zone: 'Europe/Dublin',
      custom_fields: { desired_salary: { value: '70k' } },
    });
    expect(body.record).toMatchObject({ title: 'Engineer', mappedFields: { pay: '70k', zone: 'Europe/Dublin' } });
    const [event] = await desk.hub.database.query<{ payload: Buffer }>(
      `SELECT payload FROM events WHERE type = 'record.modified'`,
    );
    expect(JSON.parse(event!.payload.toString('utf8'))).toMatchObject({
      eventData: {
        candidate: { mappedFields: { pay: '70k', zone: 'Europe/Dublin' } },
        changes: { mappedFields: { from: { pay: null, zone: null }, to: { pay: '70k', zone: 'Europe/Dublin' } } },
      },
    });
  });

  it('leaves the other fields of the ATS alone, and empties one with null', async () => {
    await map('pay', SALARY);
    await map('zone', ZONE);
    await patch({ mappedFields: { pay: '70k', zone: 'Europe/Dublin' } });
    await patch({ mappedFields: { zone: null } });

    expect(await remote()).toMatchObject({ time_zone: null, custom_fields: { desired_salary: { value: '70k' } } });
    expect((await patch({ mappedFields: { pay: null } })).body.record!.mappedFields).toEqual({ pay: null, zone: null });
  });

  it('takes what it gave', async () => {
    await map('pay', SALARY);
    await patch({ mappedFields: { pay: '55k' } });
    const { mappedFields } = (await desk.call<{ mappedFields: object }>('GET', `candidates/${candidate.id}`)).body;
    await patch({ mappedFields: { pay: 'other' } });
    await patch({ mappedFields });

    expect(await remote()).toMatchObject({ custom_fields: { desired_salary: { value: '55k' } } });
  });

  it('shows in a dry run what would be sent', async () => {
    await map('pay', SALARY);
    await map('zone', ZONE);
    const created = await desk.call('POST', 'candidates?dryRun=true', {
      firstName: 'A',
      lastName: 'B',
      mappedFields: { pay: '80k', zone: 'Europe/Oslo' },
    });
    const changed = await patch({ mappedFields: { pay: '80k' } }, '?dryRun=true');

    const fields = { custom_fields: [{ name_key: 'desired_salary', value: '80k' }] };
    expect(created.body.wouldSend?.body).toEqual({
      first_name: 'A',
      last_name: 'B',
      time_zone: 'Europe/Oslo',
      ...fields,
    });
    expect(changed.body.wouldSend?.body).toEqual(fields);
    expect(desk.written()).toEqual([]);
  });

  it('goes with prospects and applications, each with fields of its own model', async () => {
    await map('pay', SALARY);
    await map('score', '$.custom_fields.assessment_score.value', { model: 'applications' });
    const prospect = await desk.call('POST', 'prospects', {
      firstName: 'A',
      lastName: 'B',
      mappedFields: { pay: '1' },
    });
    const applied = await desk.call('POST', 'applications', {
      candidateId: candidate.id,
      jobId: desk.id('jobs', open.job),
      mappedFields: { score: 81 },
    });

    expect([prospect.status, prospect.body.record!.mappedFields]).toEqual([201, { pay: '1' }]);
    expect([applied.status, applied.body.record!.mappedFields]).toEqual([201, { score: 81 }]);
    expect(await desk.row('applications', applied.body.remoteId!)).toMatchObject({
      custom_fields: { assessment_score: { value: 81 } },
    });
  });

  it('says in the meta of an action which fields there are', async () => {
    await map('pay', SALARY);
    await map('name', '$.first_name', { direction: 'READ' });
    await map('score', '$.custom_fields.assessment_score.value', { model: 'applications' });
    const [update, apply, create] = await Promise.all([
      meta('candidates.update'),
      meta('applications.create'),
      meta('candidates.create'),
    ]);

    expect(update.mappedFields).toMatchObject({
      type: 'object',
      properties: { pay: { description: `Goes to ${SALARY}.` } },
      additionalProperties: false,
    });
    expect(Object.keys(update.mappedFields!.properties)).toEqual(['pay']);
    expect(Object.keys(apply.mappedFields!.properties)).toEqual(['score']);
    expect(Object.keys(create.application!.properties)).not.toContain('mappedFields');
    await desk.hub.database.query('DELETE FROM field_mappings');
    expect(await meta('candidates.update')).not.toHaveProperty('mappedFields');
  });

  it('of a narrower scope goes where that says', async () => {
    await map('x', SALARY, { scope: 'ACCOUNT', provider: null });
    await map('x', ZONE, { scope: 'INTEGRATION', provider: null, integrationId: desk.integrationId });
    const { wouldSend } = (await patch({ mappedFields: { x: 'Europe/Rome' } }, '?dryRun=true')).body;

    expect(wouldSend!.body).toEqual({ time_zone: 'Europe/Rome' });
  });

  it('refuses what has no place, by name, and sends nothing', async () => {
    await map('pay', SALARY);
    await map('same', SALARY);
    await map('seen', '$.first_name', { direction: 'READ' });
    // A mapping that was saved while the ATS still took it.
    await desk.hub.database.query(
      `INSERT INTO field_mappings (id, account_id, scope, model, direction, key, path) VALUES
       ('fmap_1', $1, 'ACCOUNT', 'candidates', 'BOTH', 'old', '$.first_name'),
       ('fmap_2', $1, 'ACCOUNT', 'candidates', 'WRITE', 'many', '$.custom_fields.*.value')`,
      [desk.hub.accountId],
    );

    expect(await refusal({ nothing: 1 })).toEqual([
      ...[422, 'invalid_input', ['mappedFields.nothing']],
      expect.stringContaining('no field mapping of yours'),
    ]);
    expect(await refusal({ pay: '1', seen: 1 })).toEqual([
      ...[422, 'invalid_input', ['mappedFields.seen']],
      expect.stringContaining('reading only'),
    ]);
    for (const key of ['old', 'many']) {
      expect((await refusal({ [key]: 'x' })).slice(0, 3)).toEqual([422, 'unsupported', [`mappedFields.${key}`]]);
    }
    expect((await refusal({ pay: '1', same: '2' })).slice(0, 3)).toEqual([422, 'invalid_input', ['mappedFields.same']]);
    const twice = await patch({ mappedFields: { pay: '1' }, customFields: [{ key: 'desired_salary', value: '2' }] });
    expect([twice.status, twice.body.errors[0]!.path]).toEqual([422, 'mappedFields.pay']);
    expect(desk.written()).toEqual([]);
  });

  it.each([
    ['text', 'mappedFields'],
    [null, 'mappedFields'],
    [['pay'], 'mappedFields'],
    [{ constructor: 1 }, 'mappedFields.constructor'],
    [{ toString: 1 }, 'mappedFields.toString'],
    [{ ['x'.repeat(5_000)]: 1 }, `mappedFields.${'x'.repeat(100)}`],
    [{ pay: 'x'.repeat(70_000) }, 'mappedFields'],
  ])('refuses a hostile body: %.40j', async (mappedFields, path) => {
    await map('pay', SALARY);

    expect((await refusal(mappedFields)).slice(0, 3)).toEqual([422, 'invalid_input', [path]]);
    expect(desk.written()).toEqual([]);
  });

  it('refuses prototypes in a body', async () => {
    await map('pay', SALARY);
    const reply = await fetch(`${desk.hub.url}/v1/ats/candidates/${candidate.id}`, {
      method: 'PATCH',
      body: '{"mappedFields":{"__proto__":{"pay":"1"}}}',
      headers: {
        authorization: `Bearer ${desk.hub.apiKey}`,
        'x-integration-id': desk.integrationId,
        'content-type': 'application/json',
      },
    });

    expect([400, 422]).toContain(reply.status);
    expect(desk.written()).toEqual([]);
  });

  it('leaves it to the ATS whether a value fits, and says what it says', async () => {
    await map('zone', ZONE);
    const { status, body } = await patch({ mappedFields: { zone: { a: 1 } } });

    expect([status, body.code]).toEqual([422, 'provider_rejected']);
  });

  it('takes nothing of another account', async () => {
    await map('pay', SALARY, { scope: 'ACCOUNT', provider: null });
    const other = await desk.hub.anotherAccount();
    const foreign = await patch({ mappedFields: { pay: '1' } }, '', other.apiKey);
    await desk.hub.database.query('UPDATE field_mappings SET account_id = $1', [other.id]);

    expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found']);
    expect((await refusal({ pay: '1' })).slice(0, 3)).toEqual([422, 'invalid_input', ['mappedFields.pay']]);
    expect(desk.written()).toEqual([]);
  });

  it('is not taken by calls that have no fields of their own', async () => {
    const note = await desk.call<Written>('POST', `candidates/${candidate.id}/notes`, {
      body: 'x',
      mappedFields: { pay: '1' },
    });

    expect([note.status, note.body.errors[0]!.path]).toEqual([422, 'mappedFields']);
  });
});
