import type { SandboxContext, SandboxResponse } from '#libs/connector-kit';
import type { Row } from '../data/rows.js';
import type { World } from '../data/world.js';
import { matchOf } from '../v3/write-route.js';
import { WRITES } from '../v3/writes/index.js';
import { invalid, noRecord } from './refusal.js';

export type Body = Record<string, unknown>;

/** A write of v1 on its way: the key is good, the user there. */
export interface OldWrite {
  world: World;
  context: SandboxContext;
  userId: number;
  params: Readonly<Record<string, string>>;
  body: Body;
}

/** The same thing done as v3 does it, with v3's body; its refusals are thrown. */
export async function asInV3(write: OldWrite, call: string, body: Body = {}): Promise<Body> {
  const [method, path] = call.split(' ') as [string, string];
  const route = WRITES.find((one) => one.method === method && matchOf(one.path, path))!;
  const { context, userId } = write;
  const actor = { clientId: 'v1', userId, isSiteAdmin: true, scopes: new Set<string>() };
  const reply = await route.run({ actor, params: matchOf(route.path, path)!, body, unreadable: undefined, context });
  return (reply.body ?? {}) as Body;
}

export function candidateOf({ world, params }: OldWrite): Row {
  return found(world.candidates.get(Number(params.id)));
}

export function applicationOf({ world, params }: OldWrite): Row {
  return found(world.applications.get(Number(params.id)));
}

export function found(row: Row | null | undefined): Row {
  if (!row) throw noRecord();
  return row;
}

/** @throws Refusal 422 for the first of the fields that is not there. */
export function need(body: Body, ...fields: string[]): void {
  const missing = fields.find((field) => body[field] === undefined || body[field] === null || body[field] === '');
  if (missing !== undefined) throw invalid(missing, 'is required');
}

/** Without what has no value. */
export function filled(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

export const done = (body: unknown, status = 200): SandboxResponse => ({ status, body });

interface WrittenField {
  id?: number;
  name_key?: string;
  value?: unknown;
  min_value?: unknown;
  max_value?: unknown;
  unit?: string;
  delete_value?: unknown;
}

/** Custom fields in v3's form, which replaces all: those of the row that are not named stay as they are. */
export function toNewFields({ world }: OldWrite, written: unknown, row: Row | null): unknown {
  if (!Array.isArray(written)) return undefined;
  const keyOf = ({ id, name_key }: WrittenField) => name_key ?? String(world.custom_fields.get(Number(id))?.name_key);
  const changed = (written as WrittenField[]).map((field) => ({ name_key: keyOf(field), value: newValue(field) }));
  const present = Object.entries((row?.custom_fields ?? {}) as Record<string, { value?: unknown } | null>)
    .filter(([key, field]) => (field?.value ?? null) !== null && !changed.some(({ name_key }) => name_key === key))
    .map(([name_key, field]) => ({ name_key, value: field!.value }));
  return [...present, ...changed];
}

/** Only the text "true" empties a field. */
function newValue({ value, min_value, max_value, unit, delete_value }: WrittenField): unknown {
  if (delete_value === 'true') return null;
  if (unit === undefined) return min_value === undefined ? value : { min_value, max_value };
  if (min_value === undefined) return { amount: value, currency_code: unit };
  return { min_amount: min_value, max_amount: max_value, currency_code: unit };
}
