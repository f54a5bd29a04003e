import type { SandboxContext } from '#libs/connector-kit';
import { type ResourceName, makeCompany } from './company-data.js';
import type { Row } from './rows.js';
import { Table } from './table.js';

const COLLECTION = 'rows';

interface KeptRow {
  resource: ResourceName;
  id: number;
  row: Row | null;
}

export type World = Readonly<Record<ResourceName, Table>>;

/** The company as it is now. Made at the first question of a process, from when the sandbox began and what was written since. */
export function worldOf(context: SandboxContext): Promise<World> {
  const held = context.memory<{ world: Promise<World> | null }>('world', () => ({ world: null }));
  held.world ??= load(context).catch((error: unknown) => {
    held.world = null;
    throw error;
  });
  return held.world;
}

async function load({ store, settings, now }: SandboxContext): Promise<World> {
  await store.insert('meta', 'began', { at: now() });
  const began = (await store.get<{ at: string }>('meta', 'began'))!.at;
  const company = makeCompany(began, settings.candidates);
  const tables = Object.entries(company).map(([name, invented]) => {
    const resource = name as ResourceName;
    const keep = (id: number, row: Row | null) =>
      store.put(COLLECTION, `${resource}/${id}`, { resource, id, row } satisfies KeptRow);
    return [resource, new Table(invented, Date.parse(began), keep)] as const;
  });
  const world = Object.fromEntries(tables) as World;
  for (const { resource, id, row } of await store.list<KeptRow>(COLLECTION)) world[resource].restore(id, row);
  return world;
}
