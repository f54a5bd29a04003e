import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import greenhouse from '../../connectors/greenhouse/index.js';
import { openWritesDesk, type Problem, type Row, type WritesDesk } from './writes-desk.js';

interface Meta {
  method: string;
  path: string;
  schema: {
    properties: Record<string, { oneOf?: { const: string; title: string }[] } & Record<string, unknown>>;
    required?: string[];
  };
  effects: string[];
  onBehalfOf: { rule: string; defaultUserId: string | null };
  permission: { permission: string; label: string; state: string };
}

interface Mapping {
  externalUserId: string;
  userId: string | null;
  userName: string | null;
  email: string | null;
  matchedBy: string | null;
}

let desk: WritesDesk;
let users: (Row & { primary_email?: string; emails?: string[] })[];
let candidate: string;

beforeAll(async () => {
  desk = await openWritesDesk();
  users = (await desk.harvest.all('users?per_page=500')) as typeof users;
  candidate = (await desk.call('POST', 'candidates', { firstName: 'Imani', lastName: 'Okafor' })).body.recordId!;
});
afterAll(() => desk?.close());
beforeEach(() => desk.hub.database.query('DELETE FROM user_mappings'));

const at = (path: string) => `/v1/integrations/${desk.integrationId}/${path}`;
const put = (body: object) => desk.hub.call<Mapping & Problem>('PUT', at('user-mappings'), { body });
const list = async (query = '') =>
  (await desk.hub.call<{ data: Mapping[]; nextCursor: string | null }>('GET', at(`user-mappings?${query}`))).body;
const csv = (body: string | Buffer, type = 'text/csv') =>
  desk.hub.call<
    Problem & { imported: number; refused: number; matched: number; unmatched: number; errors: { line: number }[] }
  >('POST', at('user-mappings/import'), { body: body.toString(), headers: { 'content-type': type } });
const addressOf = async (row: Row): Promise<string> => {
  const [found] = await desk.hub.database.query<{ email: string }>(
    `SELECT data ->> 'email' AS email FROM records WHERE model = 'users' AND remote_id = $1`,
    [String(row.id)],
  );
  return found!.email;
};
const authorOf = async (onBehalfOf: string) => {
  const note = { body: 'x', visibility: 'PRIVATE', onBehalfOf };
  const reply = await desk.call('POST', `candidates/${candidate}/notes?dryRun=true`, note);
  return reply.status === 200 ? reply.body.wouldSend?.body.user_id : [reply.status, reply.body.errors[0]?.path];
};

describe('user mappings', () => {
  it('name a user by id or by e-mail, and are used where something is done on behalf of one', async () => {
    const [first, second] = users as [Row, Row];
    const email = await addressOf(second);

    const byId = await put({ externalUserId: 'u-1', userId: desk.id('users', first.id) });
    const byEmail = await put({ externalUserId: 'u-2', email: email.toUpperCase() });

    expect(byId.body).toMatchObject({ externalUserId: 'u-1', matchedBy: 'USER_ID', userName: expect.any(String) });
    expect(byEmail.body).toMatchObject({ userId: desk.id('users', second.id), matchedBy: 'EMAIL' });
    expect(await authorOf('u-1')).toBe(first.id);
    expect(await authorOf('u-2')).toBe(second.id);
    expect(await authorOf(desk.id('users', first.id))).toBe(first.id);
  });

  it('that lead to nobody are refused at the field', async () => {
    await put({ externalUserId: 'u-3', email: 'nobody@nowhere.example' });

    expect(await authorOf('u-3')).toEqual([422, 'onBehalfOf']);
    expect(await authorOf('u-4')).toEqual([422, 'onBehalfOf']);
    expect(await authorOf(desk.id('users', 1))).toEqual([422, 'onBehalfOf']);
    expect(await authorOf(candidate)).toEqual([422, 'onBehalfOf']);
  });

  it('find their user once the mirror has somebody with the address', async () => {
    await put({ externalUserId: 'u-5', email: 'late@globex.example' });
    const sql = `UPDATE records SET data = jsonb_set(data, '{emails}', $2) WHERE model = 'users' AND remote_id = $1`;
    await desk.hub.database.query(sql, [String(users[0]!.id), '["x@y.example", "Late@Globex.example"]']);

    const { body } = await desk.hub.call('POST', at('user-mappings/match'));

    expect(body).toEqual({ matched: 1, unmatched: 0 });
    expect(await list()).toMatchObject({ data: [{ externalUserId: 'u-5', userId: desk.id('users', users[0]!.id) }] });
  });

  it('do not guess between two people with one address', async () => {
    const sql = `UPDATE records SET data = data || '{"isActive": true, "emails": ["two@globex.example"]}'
      WHERE model = 'users' AND remote_id = ANY ($1)`;
    await desk.hub.database.query(sql, [[String(users[1]!.id), String(users[2]!.id)]]);

    const { body } = await put({ externalUserId: 'u-6', email: 'two@globex.example' });

    expect(body).toMatchObject({ userId: null, matchedBy: null });
  });

  it('are listed in pages and forgotten', async () => {
    for (const name of ['a', 'b', 'c']) await put({ externalUserId: name, email: `${name}@nowhere.example` });

    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${first.nextCursor}`);

    expect([...first.data, ...second.data].map(({ externalUserId }) => externalUserId)).toEqual(['a', 'b', 'c']);
    expect((await list('isMatched=true')).data).toEqual([]);
    expect((await desk.hub.call('DELETE', at('user-mappings/b'))).status).toBe(204);
    expect((await desk.hub.call('DELETE', at('user-mappings/b'))).status).toBe(404);
  });

  it('come from a file, line by line', async () => {
    const known = await addressOf(users[3]!);
    const file = `\uFEFFemail,externalUserId\r\n${known},u-1\nno address,u-2\n"a@b.example","u, 3"\n\na@b.example,u-1\na@b.example\n`;

    const { status, body } = await csv(file);

    expect([status, body]).toEqual([
      200,
      {
        ...{ imported: 2, refused: 3, matched: 1, unmatched: 1 },
        errors: [
          { line: 3, message: 'email is no e-mail address' },
          { line: 6, message: 'externalUserId is the same as in line 2' },
          { line: 7, message: 'externalUserId is missing' },
        ],
      },
    ]);
    expect((await list()).data.map(({ externalUserId }) => externalUserId)).toEqual(['u, 3', 'u-1']);
  });

  it.each([
    ['nothing', '', 422],
    ['another header', 'id,mail\n1,a@b.example', 422],
    ['one column', 'externalUserId\n1', 422],
    ['an open quote', 'externalUserId,email\n"u,a@b.example', 422],
    [
      'too many rows',
      `externalUserId,email\n${Array.from({ length: 10_001 }, (_, n) => `${n},a@b.example\n`).join('')}`,
      422,
    ],
    ['more than a megabyte', `externalUserId,email\n${'x'.repeat(1_100_000)},a@b.example`, 413],
  ])('do not come from %s', async (_what, file, wanted) => {
    const { status, body } = await csv(file);

    expect([status, body.code]).toEqual([wanted, expect.any(String)]);
    expect((await list()).data).toEqual([]);
  });

  it('do not come in another type, and wrong ones are named', async () => {
    expect((await csv('externalUserId,email\n', 'application/json')).status).toBe(415);
    const bodies = [
      { externalUserId: 'u' },
      { externalUserId: 'u', email: 'no' },
      { externalUserId: 'u', email: 'a@b.example', userId: desk.id('users', users[0]!.id) },
      { externalUserId: 'u', userId: candidate },
      { externalUserId: '', email: 'a@b.example' },
    ];
    for (const body of bodies) expect((await put(body)).status).toBe(422);
  });

  it('take 10,000 rows at once', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => `u-${n},u-${n}@globex.example\n`);

    const { body } = await csv(`externalUserId,email\n${rows.join('')}`);

    expect(body).toMatchObject({ imported: 10_000, matched: 0, unmatched: 10_000, errors: [] });
  });

  it('have a default beside them', async () => {
    const userId = desk.id('users', users[0]!.id);

    const set = await desk.hub.call('PUT', at('default-user'), { body: { userId } });
    const wrong = await desk.hub.call('PUT', at('default-user'), { body: { userId: candidate } });
    const got = await desk.hub.call('GET', at('default-user'));
    const removed = await desk.hub.call('DELETE', at('default-user'));

    expect([set.body, wrong.status, got.body, removed.status]).toEqual([{ userId }, 422, { userId }, 204]);
    expect((await desk.hub.call('GET', at('default-user'))).body).toEqual({ userId: null });
  });
});

describe('what an action takes', () => {
  const meta = (action: string) => desk.call<Meta & Problem>('GET', `meta/${action}`);

  const actions = Object.entries(greenhouse.api!.versions.v3!.actions);

  it.each(actions)('is a JSON Schema of all the ATS takes: %s', async (name, { takes }) => {
    const { status, body } = await meta(name);

    expect(status).toBe(200);
    expect(() => new Ajv2020({ strict: false, validateFormats: false }).compile(body.schema)).not.toThrow();
    expect(body).toMatchObject({
      action: name,
      onBehalfOf: { rule: expect.stringMatching(/^(?:REQUIRED|OPTIONAL|UNUSED)$/), defaultUserId: null },
      permission: { label: expect.any(String), state: expect.any(String) },
    });
    const { onBehalfOf: _acting, ...fields } = body.schema.properties;
    const leaves = Object.values(fields).flatMap((field) => Object.keys(field.properties ?? { itself: 1 }));
    expect(leaves.length + (body.path.match(/\{/g) ?? []).length).toBe(takes.length);
  });

  it('has only what the ATS takes, what it needs, and its words', async () => {
    const { schema } = (await meta('candidates.create')).body;
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

    expect(Object.keys(schema.properties)).not.toContain('recruiterId');
    expect(schema.required).toEqual(['firstName', 'lastName']);
    expect(validate({ firstName: 'A', lastName: 'B', emails: [{ value: 'a@b.example', type: 'WORK' }] })).toBe(true);
    expect(validate({ firstName: 'A', lastName: 'B', emails: [{ value: 'a@b.example', type: 'HOME' }] })).toBe(false);
    expect(validate({ firstName: 'A' })).toBe(false);
    expect(validate({ firstName: 'A', lastName: 'B', recruiterId: 'user_1' })).toBe(false);
  });

  it('names the records of small dictionaries, and says where to find the others', async () => {
    const { schema } = (await meta('applications.reject')).body;
    const rows = await desk.harvest.all('rejection_reasons?include_defaults=true');
    const reasons = schema.properties.rejectReasonId!.oneOf!;

    expect(reasons).toHaveLength(rows.length);
    expect(reasons).toContainEqual({ const: desk.id('reject-reasons', rows[0]!.id as number), title: rows[0]!.name });
    expect(schema.required).toEqual(['rejectReasonId']);
    expect((await meta('applications.create')).body.schema.properties.candidateId!.description).toMatch(
      /GET \/v1\/ats\/candidates/,
    );
  });

  it('is 404 for what is no action', async () => {
    for (const name of ['notes.delete', 'constructor', '__proto__', 'x'.repeat(200)]) {
      expect((await meta(name)).status).toBe(404);
    }
  });
});
