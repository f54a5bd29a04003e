import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SandboxContext } from '#libs/connector-kit';
import { worldOf } from '../data/world.js';
import { tuningOf } from '../tuning.js';
import { approvedFor } from './approved-scopes.js';
import { type Connection, findClient, findConnection, registryOf, saveConnection } from './clients.js';

/** Who acts, and what it may do. */
export interface Actor {
  clientId: string;
  userId: number;
  /** Only their tokens see lists. */
  isSiteAdmin: boolean;
  scopes: ReadonlySet<string>;
}

interface Claims {
  client: string;
  sub: string;
  /** Null for client credentials. */
  connection: string | null;
  /** Seconds since 1970. */
  exp: number;
}

export interface TokenAnswer {
  token_type: 'Bearer';
  access_token: string;
  refresh_token?: string;
  expires_at: string;
}

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

/** An access token for a client and the user it acts as. */
export async function issueToken(
  of: { clientId: string; userId: number; connection: Connection | null },
  context: SandboxContext,
): Promise<TokenAnswer> {
  const exp = Math.floor(Date.parse(context.now()) / 1000) + tuningOf(context).accessTokenSeconds;
  const claims: Claims = { client: of.clientId, sub: String(of.userId), connection: of.connection?.id ?? null, exp };
  const jti = randomBytes(6).toString('base64url');
  const payload = Buffer.from(JSON.stringify({ ...claims, jti })).toString('base64url');
  const { key } = await registryOf(context);
  return {
    token_type: 'Bearer',
    access_token: `${HEADER}.${payload}.${sign(key, payload)}`,
    ...(of.connection && { refresh_token: of.connection.refreshToken }),
    expires_at: new Date(exp * 1000).toISOString().replace('.000Z', 'Z'),
  };
}

/** A connection with a new refresh token; the one before is dead from now on. */
export async function renewConnection(
  connection: Omit<Connection, 'refreshToken' | 'refreshBefore'>,
  context: SandboxContext,
): Promise<Connection> {
  const lives = tuningOf(context).refreshTokenSeconds * 1000;
  const renewed: Connection = {
    ...connection,
    refreshToken: `rt_${connection.id}_${randomBytes(18).toString('base64url')}`,
    refreshBefore: new Date(Date.parse(context.now()) + lives).toISOString(),
  };
  await saveConnection(renewed, context);
  return renewed;
}

/** Who a token belongs to, or what is wrong with it. */
export async function readToken(token: string, context: SandboxContext): Promise<Actor | string> {
  const { key } = await registryOf(context);
  const [header, payload = '', mark = ''] = token.split('.');
  const expected = Buffer.from(sign(key, payload));
  const isOurs = header === HEADER && expected.length === mark.length && timingSafeEqual(expected, Buffer.from(mark));
  if (!isOurs) return 'Token could not be decoded. Please ensure your token is from a trusted source.';
  const { client, sub, connection: id, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  if (exp * 1000 <= Date.parse(context.now())) return 'Token has expired.';
  const [connection, owner] = await Promise.all([
    id === null ? null : findConnection(id, context),
    findClient(client, context),
  ]);
  const isRevoked = id !== null && (!connection || connection.deadSince !== null);
  if (!owner || isRevoked) return 'Token has been revoked.';
  const user = (await worldOf(context)).users.get(Number(sub));
  if (!user || user.deactivated === true) return 'The user of this token is deactivated.';
  // What was taken from the client is gone from live tokens, too.
  const approved = approvedFor(owner);
  const scopes = new Set(connection ? connection.scopes.filter((scope) => approved.includes(scope)) : approved);
  return { clientId: client, userId: user.id, isSiteAdmin: user.site_admin === true, scopes };
}

function sign(key: string, payload: string): string {
  return createHmac('sha256', key).update(`${HEADER}.${payload}`).digest('base64url');
}
