import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiRootModule } from '../../apps/api/src/api-root.module.js';
import { createHttpApp } from '../../apps/api/src/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testConfig } from './http-app.js';

interface Media {
  schema?: unknown;
  example?: unknown;
  examples?: Record<string, unknown>;
}

interface Operation {
  summary?: string;
  security?: unknown[];
  parameters?: ({ name: string; in: string; example?: unknown; schema?: { example?: unknown } } | { $ref: string })[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { $ref?: string; content?: Record<string, Media> }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let database: TestDatabase;
let app: NestFastifyApplication;
let document: Document;
let operations: { name: string; path: string; method: string; operation: Operation }[];

beforeAll(async () => {
  database = await createTestDatabase();
  const config = testConfig(database.url, { ATSUME_LOG_LEVEL: 'silent' });
  app = await createHttpApp(ApiRootModule.forRoot(config), config);
  await app.listen(0, '127.0.0.1');
  document = (await (await get('/openapi.json')).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, path, method, operation })),
  );
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

async function get(path: string): Promise<Response> {
  const { port } = app.getHttpServer().address() as { port: number };
  const reply = await fetch(`http://127.0.0.1:${port}${path}`);
  // Read whole: a reply nobody reads holds its socket, and with it the end of the app.
  return new Response(await reply.arrayBuffer(), { status: reply.status, headers: reply.headers });
}

/** The calls for which something is missing; an empty list is what every rule below wants. */
function lacking(has: (operation: Operation, path: string, method: string) => boolean): string[] {
  return operations.filter(({ operation, path, method }) => !has(operation, path, method)).map(({ name }) => name);
}

function hasExamples(content: Record<string, Media> | undefined): boolean {
  const media = Object.values(content ?? {});
  return media.length > 0 && media.every(({ example, examples }) => example !== undefined || examples !== undefined);
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document) as never);

    expect(result.errors ?? []).toEqual([]);
    expect(document.openapi).toBe('3.1.0');
  });

  it('holds the calls of the process and of the API', () => {
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/healthz', '/readyz', '/metrics', '/v1/accounts']),
    );
  });

  it('sums up every call', () => {
    expect(lacking(({ summary }) => (summary ?? '') !== '')).toEqual([]);
  });

  it('shows an example of every request body', () => {
    expect(lacking(({ requestBody }) => !requestBody || hasExamples(requestBody.content))).toEqual([]);
  });

  it('shows an example of every success, unless it is empty', () => {
    const showsSuccess = ({ responses }: Operation): boolean => {
      const successes = Object.entries(responses).filter(([status]) => /^2/.test(status));
      return (
        successes.length > 0 && successes.every(([status, { content }]) => status === '204' || hasExamples(content))
      );
    };

    expect(lacking(showsSuccess)).toEqual([]);
  });

  it('shows an example of every path parameter', () => {
    const shows = ({ parameters = [] }: Operation): boolean =>
      parameters.every(
        (one) => '$ref' in one || one.in !== 'path' || (one.example ?? one.schema?.example) !== undefined,
      );

    expect(lacking(shows)).toEqual([]);
  });

  it('says of every call of the API which key it needs and how it refuses', () => {
    const refuses = ({ security, responses }: Operation, path: string): boolean =>
      !path.startsWith('/v1/') || (security?.length === 1 && '401' in responses && '403' in responses);

    expect(lacking(refuses)).toEqual([]);
  });

  it('says of every call with input that it may be 422', () => {
    const warns = ({ requestBody, responses }: Operation, path: string): boolean =>
      !path.startsWith('/v1/') || !requestBody || ('422' in responses && '413' in responses);

    expect(lacking(warns)).toEqual([]);
  });

  it('knows the Idempotency-Key of every write', () => {
    const takesKey = ({ parameters = [] }: Operation, path: string, method: string): boolean =>
      !path.startsWith('/v1/') || method === 'get' || parameters.some((one) => '$ref' in one);

    expect(lacking(takesKey)).toEqual([]);
  });
});

describe('the documentation page', () => {
  it('needs no script but our own, so that its content security policy lets it work', async () => {
    const page = await get('/docs');
    const html = await page.text();

    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
    expect(html.match(/<script(?![^>]*\bsrc=)/g)).toBeNull();
    const sources = [...html.matchAll(/<(?:script|link)[^>]*?(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
    const replies = await Promise.all(sources.map((source) => get(new URL(source, 'http://x/docs').pathname)));
    expect(replies.map(({ status }) => status)).toEqual(sources.map(() => 200));
  });
});

describe('the process', () => {
  it('says that it is alive and ready', async () => {
    const [alive, ready] = await Promise.all([get('/healthz'), get('/readyz')]);

    expect([alive.status, await alive.json()]).toEqual([200, { status: 'ok' }]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('gives its metrics as text', async () => {
    const reply = await get('/metrics');

    expect(reply.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await reply.text()).toMatch(/^process_cpu_seconds_total/m);
  });

  it('explains every kind of problem at the address its documents give', async () => {
    const refusal = (await (await get('/v1/nothing')).json()) as { type: string };
    const known = await get(refusal.type);
    const unknown = await get('/problems/toString');

    expect([known.status, await known.json()]).toEqual([
      200,
      expect.objectContaining({ code: 'not_found', status: 404 }),
    ]);
    expect(unknown.status).toBe(404);
  });

  it('refuses calls of the API without a key', async () => {
    expect((await get('/v1/api-keys')).status).toBe(401);
  });
});
