import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { SandboxContext } from '#libs/connector-kit';

const COLLECTION = 'oauth';

/** An application that may ask for tokens. */
export interface Client {
  id: string;
  secret: string;
  name: string;
  /** `partner`: customers consent to it. `custom`: an administrator has made it for this company alone. */
  kind: 'partner' | 'custom';
  /** What it may ask for, and what its live tokens may still do; null is everything. */
  scopes: string[] | null;
}

/** What an administrator or a person at the consent page has given to a client. */
export interface Connection {
  id: string;
  clientId: string;
  scopes: string[];
  userId: number;
  /** The one refresh token that is good. */
  refreshToken: string;
  refreshBefore: string;
  /** When a refresh token came a second time. */
  deadSince: string | null;
}

interface Registry {
  /** Signs access tokens. */
  key: string;
  clients: Client[];
}

const PARTNER_ID = 'ghc_hub_1';
const CUSTOM_ID = 'ghc_lumen_2';

/** The two demo clients and the key of the tokens, made at first use. */
export async function registryOf(context: SandboxContext): Promise<Registry> {
  const held = context.memory<{ registry: Registry | null }>('oauth', () => ({ registry: null }));
  if (held.registry) return held.registry;
  const client = (id: string, kind: Client['kind'], name: string): Client => ({
    ...{ id, kind, name, scopes: null },
    secret: newSecret(),
  });
  const clients = [client(PARTNER_ID, 'partner', 'Atsume'), client(CUSTOM_ID, 'custom', 'Harvest V3 (OAuth)')];
  await context.store.insert(COLLECTION, 'registry', { key: randomBytes(32).toString('base64url'), clients });
  held.registry = (await context.store.get<Registry>(COLLECTION, 'registry'))!;
  return held.registry;
}

export async function demoClients(context: SandboxContext): Promise<{ partner: Client; custom: Client }> {
  const { clients } = await registryOf(context);
  const of = (kind: Client['kind']) => clients.find((client) => client.kind === kind)!;
  return { partner: of('partner'), custom: of('custom') };
}

export async function findClient(id: string, context: SandboxContext): Promise<Client | undefined> {
  return (await registryOf(context)).clients.find((client) => client.id === id);
}

/** Registers another client, or gives one that is there other scopes. */
export async function saveClient(client: Client, context: SandboxContext): Promise<void> {
  const registry = await registryOf(context);
  registry.clients = [...registry.clients.filter(({ id }) => id !== client.id), client];
  await context.store.put(COLLECTION, 'registry', registry);
}

export function newSecret(): string {
  return `ghs_${randomBytes(24).toString('base64url')}`;
}

export function isSecretOf(client: Client, secret: string): boolean {
  const [a, b] = [Buffer.from(client.secret), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export async function saveConnection(connection: Connection, context: SandboxContext): Promise<void> {
  // At once: of two who come with the same token only one may find it good.
  live(context).set(connection.id, connection);
  await context.store.put(COLLECTION, `connection ${connection.id}`, connection);
}

/** The store is asked once only: a token is looked at with every request. */
export async function findConnection(id: string, context: SandboxContext): Promise<Connection | null> {
  const known = live(context);
  if (!known.has(id)) {
    const kept = await context.store.get<Connection>(COLLECTION, `connection ${id}`);
    if (kept && !known.has(id)) known.set(id, kept);
  }
  return known.get(id) ?? null;
}

function live(context: SandboxContext): Map<string, Connection> {
  return context.memory('connections', () => new Map<string, Connection>());
}
