import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiVersion, defineConnector, linkHeader } from '#libs/connector-kit';
import type { Access } from '../src/index.js';

export { startEngine, type EngineDesk } from './engine-desk.js';

/** A request as the imaginary ATS got it. */
export interface Got {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** An imaginary ATS: a real HTTP server that answers as it is told. */
export interface FakeAts {
  /** `http://127.0.0.1:…` */
  origin: string;
  got: Got[];
  /** From now on. */
  answer: (got: Got, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** Listens on a port of its own; answers `{}` until told otherwise. */
export async function startFakeAts(): Promise<FakeAts> {
  const ats: Pick<FakeAts, 'got' | 'answer'> = { got: [], answer: (_, response) => sendJson(response, 200, {}) };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const got = { method, url, headers, body: Buffer.concat(chunks) };
      ats.got.push(got);
      ats.answer(got, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(ats, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A version of an imaginary API: `rooms`, 1,000 requests a second, bearer tokens. */
export function aVersion(changes: Partial<ApiVersion> = {}): ApiVersion {
  return {
    host: 'api',
    basePath: 'v3',
    rateLimit: {
      requests: 10_000,
      perSeconds: 30,
      read: (headers) => ({
        ...number('limit', headers['x-ratelimit-limit']),
        ...number('remaining', headers['x-ratelimit-remaining']),
        ...number('resetsAtMs', headers['x-ratelimit-reset'], 1_000),
      }),
    },
    check: { method: 'GET', path: 'rooms' },
    permissions: {},
    resources: [],
    actions: {},
    ...changes,
  };
}

/** A list of rooms, paged by Link headers. */
export const ROOMS = { path: 'rooms', pages: linkHeader({ size: 2 }) };

/** A connection to an imaginary ATS at `origin`; its token is `token-1` until renewed. */
export function anAccess(origin: string, changes: Partial<Access> = {}): Access {
  const version = changes.version ?? aVersion();
  let token = 1;
  return {
    accountId: 'acc_none',
    integrationId: 'int_one',
    connector: defineConnector({ slug: 'acme-ats', name: 'Acme ATS', docs: 'https://acme-ats.example' }),
    version,
    versionName: 'v3',
    hosts: { api: origin },
    budgetKey: 'int_one',
    authorize: () => Promise.resolve({ authorization: `Bearer token-${token}` }),
    renew: () => Promise.resolve((token += 1) > 0),
    refusedAnew: () => Promise.resolve(),
    ...changes,
  };
}

function number(name: string, text: string | undefined, factor = 1): Record<string, number> {
  return text === undefined ? {} : { [name]: Number(text) * factor };
}
