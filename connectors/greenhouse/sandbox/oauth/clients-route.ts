import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import { type Client, findClient, newSecret, registryOf, saveClient } from './clients.js';

/**
 * `POST clients { kind, name?, scopes? }` registers another client, `{ id, scopes }` gives one other scopes: those that
 * are missing are refused from then on, to live tokens too. What Partner Support and the Dev Center do for the real one.
 */
export async function clientsRoute({ body }: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const { id, kind, name, scopes } = (body ?? {}) as Record<string, unknown>;
  const known = typeof id === 'string' ? await findClient(id, context) : undefined;
  const areScopes = scopes === undefined || scopes === null || (Array.isArray(scopes) && scopes.every(isText));
  const isKind = kind === 'partner' || kind === 'custom';
  if (!areScopes || (id !== undefined ? !known : !isKind)) {
    return {
      status: 422,
      body: { message: 'Give kind (partner or custom), or the id of a client; and scopes, or null.' },
    };
  }
  const fresh = async (): Promise<Client> => ({
    id: `ghc_client_${(await registryOf(context)).clients.length + 1}`,
    secret: newSecret(),
    name: isText(name) ? name : 'Another application',
    kind: kind === 'partner' ? 'partner' : 'custom',
    scopes: null,
  });
  const client = { ...(known ?? (await fresh())), scopes: scopes ?? null };
  await saveClient(client, context);
  return { status: known ? 200 : 201, body: client };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
