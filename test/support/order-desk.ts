import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IntegrationsModule } from '#libs/integrations';
import { AssessmentsModule, CallbackKindModule } from '#libs/assessments';
import type { Connector } from '#libs/connector-kit';
import { FileKindModule, FilesModule } from '#libs/files';
import { type FeatureApp, startFeatures } from './feature-app.js';

/** A customer's ATS, connected: it calls us with its key. */
export interface ConnectedAts {
  integrationId: string;
  secretId: string;
  secretKey: string;
  /** Path of the partner routes, without a trailing slash. */
  basePath: string;
  /** A partner call; `authorization` unless told is the key as Basic user name. */
  call(method: string, path: string, options?: AtsCallOptions): Promise<AtsReply>;
}

export interface AtsCallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** `null` for none. */
  authorization?: string | null;
}

export interface AtsReply {
  status: number;
  text: string;
  /** Parsed when it is JSON. */
  json: unknown;
  headers: Headers;
}

/** The order desk's features over real HTTP on a database of their own. Nothing is delivered but by `deliverDue`. */
export async function startOrderDesk(connectors: Connector[], env: Record<string, string> = {}): Promise<FeatureApp> {
  const folder = await mkdtemp(join(tmpdir(), 'atsume-desk-'));
  const modules = [IntegrationsModule, AssessmentsModule, CallbackKindModule, FilesModule, FileKindModule];
  // Standalone, because only there is the sandbox, whose address may be called although it is no public one.
  const settings = { ATSUME_DATA_DIR: folder, ATSUME_ALLOW_PRIVATE_TARGETS: 'false', ...env };
  const desk = await startFeatures(modules, connectors, settings, { standalone: true });
  return { ...desk, close: () => desk.close().finally(() => rm(folder, { recursive: true, force: true })) };
}

let customers = 0;

/** Connects one more customer of the account behind `apiKey` (the first one's unless told). */
export async function connectAts(desk: FeatureApp, provider: string, apiKey = desk.apiKey): Promise<ConnectedAts> {
  customers += 1;
  const { status, body } = await desk.call<{ id: string; integrationId: string; secretKey: string; baseUrl: string }>(
    'POST',
    '/v1/ats/assessments/secrets',
    { apiKey, body: { provider, originOrgId: `customer-${customers}`, originOrgName: `Customer ${customers}` } },
  );
  if (status !== 201) throw new Error(`secrets: ${status} ${JSON.stringify(body)}`);
  const basePath = new URL(body.baseUrl).pathname;
  return {
    integrationId: body.integrationId,
    secretId: body.id,
    secretKey: body.secretKey,
    basePath,
    call: (method, path, options = {}) =>
      callAts(`${desk.url}${basePath}/${path}`, method, { authorization: basic(body.secretKey), ...options }),
  };
}

/** The value of a Basic header with an empty password. */
export function basic(user: string): string {
  return `Basic ${Buffer.from(`${user}:`).toString('base64')}`;
}

/** A call as an ATS makes it; a body that is no string is sent as JSON. */
export async function callAts(url: string, method: string, options: AtsCallOptions): Promise<AtsReply> {
  const { body, headers, authorization } = options;
  const reply = await fetch(url, {
    method,
    headers: {
      ...(authorization == null ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  const isJson = reply.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: reply.status, text, json: isJson ? JSON.parse(text) : null, headers: reply.headers };
}
