import { randomBytes } from 'node:crypto';
import { type SandboxContext, type SandboxRequest, type SandboxResponse, basicKeyAsUser } from '#libs/connector-kit';

const COLLECTION = 'v1-keys';
const DEMO = 'demo';

/** A Harvest key, as an administrator made it. */
export interface HarvestKey {
  key: string;
  /** Endpoints that are ticked, such as `GET candidates`; null is all of them. */
  endpoints: string[] | null;
}

/** The key of the demo company, which may do everything. */
export async function demoKey({ store }: SandboxContext): Promise<HarvestKey> {
  await store.insert(COLLECTION, DEMO, newKey(null));
  return (await store.get<HarvestKey>(COLLECTION, DEMO))!;
}

/** The key of a request: its user name, without a password. Null for one that nobody made. */
export async function keyOf(request: SandboxRequest, context: SandboxContext): Promise<HarvestKey | null> {
  const key = basicKeyAsUser().read(request);
  const demo = await demoKey(context);
  if (key === null || key === demo.key) return key === null ? null : demo;
  return context.store.get<HarvestKey>(COLLECTION, key);
}

/** `POST keys { endpoints }` makes another key; without `endpoints` it may do everything. `GET keys` shows the demo's. */
export async function keysRoute({ method, body }: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  if (method === 'GET') return { status: 200, body: await demoKey(context) };
  const { endpoints = null } = (body ?? {}) as { endpoints?: unknown };
  const isList = Array.isArray(endpoints) && endpoints.every((one) => typeof one === 'string');
  if (endpoints !== null && !isList) return { status: 422, body: { message: 'endpoints is a list, or null' } };
  const made = newKey(endpoints);
  await context.store.put(COLLECTION, made.key, made);
  return { status: 201, body: made };
}

function newKey(endpoints: string[] | null): HarvestKey {
  return { key: `${randomBytes(16).toString('hex')}-2`, endpoints };
}
