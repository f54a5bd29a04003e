import { randomBytes } from 'node:crypto';
import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import { SERVICE_USER_ID } from '../data/organisation.js';
import { worldOf } from '../data/world.js';
import { takeTokenPermit } from '../v3/rate-limit.js';
import { Refusal } from '../v3/refusal.js';
import { type Client, findClient, findConnection, isSecretOf, saveConnection } from './clients.js';
import { takeCode } from './codes.js';
import { issueToken, renewConnection } from './tokens.js';

const GRANTS = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:token-exchange',
];

type Form = Readonly<Record<string, string | undefined>>;

/** `POST auth/token`. Its refusals come in three forms, as the real one's do. */
export async function tokenEndpoint(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  try {
    const form = readForm(request);
    const client = await authenticate(request, form, context);
    const { headers, refusal } = takeTokenPermit(context, client.id);
    if (refusal) return { ...refusal.toResponse(), headers: { ...headers, ...refusal.headers } };
    const body = await grant({ client, form }, context).catch((error: unknown) => {
      if (error instanceof Refusal) throw new Refusal(error.status, error.body, headers);
      throw error;
    });
    return { status: 200, body, headers: { ...headers, 'cache-control': 'no-store' } };
  } catch (error) {
    if (error instanceof Refusal) return error.toResponse();
    throw error;
  }
}

export function readForm({ headers, body, unreadable }: SandboxRequest): Form {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  if (unreadable !== undefined || (body !== undefined && !isForm)) {
    throw message(400, 'The request body must be application/x-www-form-urlencoded');
  }
  return (body ?? {}) as Form;
}

/** @throws Refusal for what is not the id and secret of a client. */
export async function authenticate(request: SandboxRequest, form: Form, context: SandboxContext): Promise<Client> {
  const { id, secret } = readBasic(request.headers.authorization) ?? {
    id: form.client_id,
    secret: form.client_secret,
  };
  if (id === undefined || secret === undefined) throw message(401, 'Unauthorized');
  if (!/_\d+$/.test(id)) throw message(400, `client_id=${id} does not contain a valid client ID suffix`);
  const client = await findClient(id, context);
  if (!client || !isSecretOf(client, secret)) throw new Refusal(401, { error: 'invalid_client' });
  return client;
}

function readBasic(header: string | undefined): { id: string; secret: string } | null {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return id === undefined || secret === undefined ? null : { id: decoded(id), secret: decoded(secret) };
}

/** RFC 6749 has clients encode them like forms; those who do not are understood as well. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Asked {
  client: Client;
  form: Form;
}

function grant(asked: Asked, context: SandboxContext): Promise<unknown> {
  const { grant_type } = asked.form;
  if (!grant_type) throw message(400, 'Must include `grant_type` parameter in /token request');
  if (!GRANTS.includes(grant_type)) {
    throw message(400, `Invalid grant_type. Accepted grants: ${GRANTS.join(', ')}`);
  }
  const isAllowed = (asked.client.kind === 'custom') === (grant_type === 'client_credentials');
  if (!isAllowed || grant_type === GRANTS[3]) throw new Refusal(400, { error: 'unauthorized_client' });
  if (grant_type === 'client_credentials') return byCredentials(asked, context);
  return grant_type === 'refresh_token' ? byRefreshToken(asked, context) : byCode(asked, context);
}

async function byCredentials({ client, form }: Asked, context: SandboxContext) {
  if (client.scopes?.length === 0) throw message(400, 'Client application is not requesting any scopes');
  const userId = form.sub === undefined ? SERVICE_USER_ID : Number(form.sub);
  const user = (await worldOf(context)).users.get(userId);
  if (!user || user.deactivated === true) throw invalidGrant('The subject is not an active user.');
  return issueToken({ clientId: client.id, userId, connection: null }, context);
}

async function byCode({ client, form }: Asked, context: SandboxContext) {
  const code = takeCode(form.code ?? '', context);
  if (code?.clientId !== client.id) throw invalidGrant('The authorization code is invalid or has expired.');
  // The guide's own exchange leaves it out; who sends it, sends the right one.
  if (form.redirect_uri !== undefined && form.redirect_uri !== code.redirectUri) {
    throw invalidGrant('The redirect_uri is not that of the authorization request.');
  }
  const { scopes, userId } = code;
  const id = randomBytes(9).toString('hex');
  const connection = await renewConnection({ id, clientId: client.id, scopes, userId, deadSince: null }, context);
  return issueToken({ clientId: client.id, userId, connection }, context);
}

async function byRefreshToken({ client, form }: Asked, context: SandboxContext) {
  const token = form.refresh_token ?? '';
  const id = /^rt_([0-9a-f]{18})_/.exec(token)?.[1];
  const connection = id === undefined ? null : await findConnection(id, context);
  if (connection?.clientId !== client.id) throw invalidGrant('The refresh token is unknown.');
  const now = context.now();
  if (connection.deadSince === null && connection.refreshToken !== token) {
    // Single use: whoever comes with an old one may have stolen it, so that nobody keeps the connection.
    await saveConnection({ ...connection, deadSince: now }, context);
    throw invalidated(now);
  }
  if (connection.deadSince !== null) throw invalidated(connection.deadSince);
  if (connection.refreshBefore <= now) throw invalidated(connection.refreshBefore);
  const renewed = await renewConnection(connection, context);
  return issueToken({ clientId: client.id, userId: connection.userId, connection: renewed }, context);
}

function invalidated(at: string): Refusal {
  return invalidGrant(`Refresh token has been invalidated at ${at}. The user must re-authorize consent.`);
}

function invalidGrant(error_description: string): Refusal {
  return new Refusal(400, { error: 'invalid_grant', error_description });
}

function message(status: number, text: string): Refusal {
  return new Refusal(status, { message: text, errorId: `err-${randomBytes(6).toString('hex')}` });
}
