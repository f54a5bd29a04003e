import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Api, openApi } from '../support/api.js';

/** Every call of the OpenAPI document, tried with everything a hostile client may send. Seeded, so that a failure repeats. */
const SEED = 20261121;

interface Operation {
  method: string;
  path: string;
  hasBody: boolean;
  /** Has fields, unlike a file. */
  takesJson: boolean;
  isPaged: boolean;
  fields: string[];
}

describe('every call of the API', () => {
  let api: Api;
  let operations: Operation[];
  /** Named in the header throughout: a call that needs one would else be refused for that alone. */
  let integrationId: string;
  beforeAll(async () => {
    api = await openApi();
    integrationId = await anIntegration(api);
    operations = operationsOf(await (await fetch(`${api.url}/openapi.json`)).json());
  });
  afterAll(() => api.close());

  it('is in the document', () => {
    expect(operations.length).toBeGreaterThan(30);
  });

  it('refuses a caller without a key, and one with a wrong key', async () => {
    for (const operation of operations) {
      for (const authorization of [null, 'Bearer atsm_wrong', 'Basic YTpi', '\u00ff']) {
        const headers: Record<string, string> = authorization === null ? {} : { authorization };
        const reply = await send(operation, { headers, withKey: false });
        expect([operation.path, operation.method, reply.status]).toEqual([operation.path, operation.method, 401]);
        await expectProblem(operation, reply);
      }
    }
  });

  it('answers a body it cannot read with a problem document', async () => {
    const json = { 'content-type': 'application/json' };
    const bodies: [string, Buffer, Record<string, string>][] = [
      ['not JSON', Buffer.from('{"a":'), json],
      ['broken UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]), json],
      ['10,000 levels', Buffer.from('['.repeat(10_000) + ']'.repeat(10_000)), json],
      ['10,000 objects', Buffer.from('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)), json],
      ['more than 1 MB', Buffer.from(JSON.stringify({ name: 'x'.repeat(1_100_000) })), json],
      ['another content type', Buffer.from('<a/>'), { 'content-type': 'application/xml' }],
      ['a form', Buffer.from('name=x'), { 'content-type': 'application/x-www-form-urlencoded' }],
      ['a nonsense content type', Buffer.from('{}'), { 'content-type': ';;;' }],
      ['an array', Buffer.from('[]'), json],
      ['null', Buffer.from('null'), json],
      ['a string', Buffer.from('"x"'), json],
      ['a number', Buffer.from('1e999'), json],
      ['a polluting key', Buffer.from('{"__proto__":{"polluted":true}}'), json],
      ['a constructor key', Buffer.from('{"constructor":{"prototype":{"polluted":true}}}'), json],
    ];
    for (const operation of operations.filter(({ hasBody }) => hasBody)) {
      for (const [what, body, headers] of bodies) {
        const reply = await send(operation, { headers, body });
        expectRefused(operation, what, reply);
        await expectProblem(operation, reply);
      }
    }
    expect({}).not.toHaveProperty('polluted');
  });

  it('names an unknown field, and a NUL byte or a lone surrogate wherever it stands', async () => {
    for (const operation of operations.filter(({ takesJson }) => takesJson)) {
      const unknown = await problem(operation, { nonsense: 1 });
      expect([operation.path, unknown.errors.map(({ path }) => path)]).toEqual([
        operation.path,
        expect.arrayContaining(['nonsense']),
      ]);
      for (const value of ['a\u0000b', 'a\ud800b']) {
        for (const field of [...operation.fields, 'nonsense']) {
          const found = await problem(operation, { [field]: value });
          expect([operation.path, field, found.errors.some(({ path }) => path.startsWith(field))]).toEqual([
            operation.path,
            field,
            true,
          ]);
        }
      }
    }
  });

  it('never fails on wrong types', async () => {
    const junk = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        0,
        -1,
        1e308,
        9_007_199_254_740_993,
        '',
        ' ',
        [],
        {},
        true,
        'x'.repeat(100_000),
        '\u202e',
        "'; DROP TABLE accounts; --",
      ),
    );
    for (const operation of operations.filter(({ hasBody, fields }) => hasBody && fields.length > 0)) {
      const body = fc.dictionary(fc.constantFrom(...operation.fields), junk, { minKeys: 1 });
      await fc.assert(
        fc.asyncProperty(body, async (value) => {
          const reply = await send(operation, {
            headers: { 'content-type': 'application/json' },
            body: Buffer.from(JSON.stringify(value)),
          });
          expect([operation.method, operation.path, JSON.stringify(value).slice(0, 300), reply.status < 500]).toEqual([
            operation.method,
            operation.path,
            JSON.stringify(value).slice(0, 300),
            true,
          ]);
          await reply.arrayBuffer();
        }),
        { numRuns: 25, seed: SEED },
      );
    }
  });

  it('refuses bad cursors, limits and unknown query fields', async () => {
    const queries = [
      'limit=0',
      'limit=251',
      'limit=-1',
      'limit=x',
      'limit=1.5',
      'limit=1&limit=2',
      'cursor=nonsense',
      'cursor=%00',
      'cursor=%ff',
      `cursor=${Buffer.from('["a"]').toString('base64url')}x`,
      `cursor=${Buffer.from('{"a":1}').toString('base64url')}`,
      `cursor=${'a'.repeat(5000)}`,
      'nonsense=1',
      'cursor[a]=1',
    ];
    const paged = operations.filter(({ isPaged, path }) => isPaged && !path.includes('{'));
    expect(paged.length).toBeGreaterThan(5);
    for (const operation of paged) {
      for (const query of queries) {
        const reply = await send({ ...operation, path: `${operation.path}?${query}` }, {});
        expectRefused(operation, query, reply);
        await expectProblem(operation, reply);
      }
    }
  });

  it('finds nothing under an id that is none', async () => {
    for (const operation of operations.filter(({ path }) => path.includes('{'))) {
      for (const id of ['x', '%00', '%ff', '..%2f..', "';--", 'x'.repeat(400), '%F0%9F%98%80', '%ED%A0%80']) {
        const reply = await send(
          { ...operation, path: operation.path.replace(/\{\w+\}/g, id) },
          { headers: { 'content-type': 'application/json' } },
        );
        expectRefused(operation, id, reply);
      }
    }
  });

  it('refuses a method it does not know, and goes on', async () => {
    for (const path of new Set(operations.map((operation) => operation.path))) {
      const known = operations.filter((operation) => operation.path === path).map(({ method }) => method);
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST'].filter((candidate) => !known.includes(candidate))) {
        const reply = await send({ method, path, hasBody: false, takesJson: false, isPaged: false, fields: [] }, {});
        expect([method, path, [404, 405].includes(reply.status)]).toEqual([method, path, true]);
        await reply.arrayBuffer();
      }
    }
    expect(
      (
        await send(
          { method: 'GET', path: '/v1/integrations', hasBody: false, takesJson: false, isPaged: false, fields: [] },
          {},
        )
      ).status,
    ).toBe(200);
  });

  async function send(
    { method, path, hasBody }: Operation,
    options: { headers?: Record<string, string>; body?: Buffer; withKey?: boolean },
  ): Promise<Response> {
    const key: Record<string, string> =
      options.withKey === false ? {} : { authorization: `Bearer ${api.apiKey}`, 'x-integration-id': integrationId };
    return fetch(api.url + path.replace(/\{\w+\}/g, 'int_0000000000000000000000'), {
      method,
      headers: { ...key, ...options.headers },
      body: hasBody && method !== 'GET' ? (options.body ?? null) : null,
      redirect: 'manual',
    });
  }

  async function problem(operation: Operation, body: unknown): Promise<{ errors: { path: string }[] }> {
    const reply = await send(operation, {
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    });
    expectRefused(operation, JSON.stringify(body).slice(0, 80), reply);
    return (await reply.json()) as { errors: { path: string }[] };
  }
});

async function anIntegration({ url, apiKey }: Api): Promise<string> {
  const reply = await fetch(`${url}/v1/integrations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'greenhouse', originOrgId: 'customer', originOrgName: 'Customer' }),
  });
  return ((await reply.json()) as { id: string }).id;
}

function expectRefused({ method, path }: Operation, what: string, { status }: Response): void {
  expect([method, path, what, status, status >= 400 && status < 500]).toEqual([method, path, what, status, true]);
}

async function expectProblem({ method, path }: Operation, reply: Response): Promise<void> {
  expect([method, path, reply.headers.get('content-type')]).toEqual([
    method,
    path,
    expect.stringMatching(/^application\/problem\+json/),
  ]);
  expect(await reply.json()).toEqual({
    type: expect.any(String),
    title: expect.any(String),
    status: reply.status,
    detail: expect.any(String),
    code: expect.any(String),
    errors: expect.any(Array),
    requestId: reply.headers.get('x-request-id'),
  });
}

interface Document {
  paths: Record<
    string,
    Record<string, { requestBody?: { content: Record<string, { schema?: Schema }> }; parameters?: { name: string }[] }>
  >;
  components: { schemas: Record<string, Schema> };
}
interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
}

function operationsOf(document: unknown): Operation[] {
  const { paths, components } = document as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(() => path.startsWith('/v1/'))
      .map(([method, { requestBody, parameters = [] }]) => {
        const schema = requestBody?.content['application/json']?.schema;
        const resolved = schema?.$ref ? components.schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
        return {
          method: method.toUpperCase(),
          path,
          hasBody: requestBody !== undefined,
          takesJson: schema !== undefined,
          isPaged: parameters.some(({ name }) => name === 'limit'),
          fields: Object.keys(resolved?.properties ?? {}),
        };
      }),
  );
}
