import type { SandboxContext } from '#libs/connector-kit';
import type { ResourceName } from '../data/company-data.js';
import type { Row } from '../data/rows.js';
import { type World, worldOf } from '../data/world.js';
import { meets } from '../faults.js';

/** What something that happens works with: the company, and the moment. */
export interface Scene {
  world: World;
  context: SandboxContext;
  now: string;
  /** The user who does it. */
  userId: number;
}

export async function sceneOf(context: SandboxContext, userId: number): Promise<Scene> {
  return { world: await worldOf(context), context, now: context.now(), userId };
}

/** A new row of a resource; to be put with what belongs to it. */
export function newRow(scene: Scene, resource: ResourceName, fields: Record<string, unknown>): Row {
  return { id: scene.world[resource].nextId(), created_at: scene.now, updated_at: scene.now, ...fields };
}

export type Writing = [resource: ResourceName, row: Row];

/** Puts rows at one instant: nobody sees some of them without the others, and two who write cannot cross. */
export async function putAll({ world }: Scene, ...writings: Writing[]): Promise<void> {
  await Promise.all(writings.map(([resource, row]) => world[resource].put(row)));
}

/** As {@link putAll}, unless a fault makes the creation answer first and be done later. Returns whether it did. */
export async function create(scene: Scene, path: string, ...writings: Writing[]): Promise<boolean> {
  const late = meets('truncated_creation', path, scene.context);
  if (!late) await putAll(scene, ...writings);
  else scene.context.later(() => putAll(scene, ...writings), late.ms);
  return late === null;
}

/** The row with other fields, changed now. */
export function changed(row: Row, now: string, fields: Record<string, unknown>): Row {
  return { ...row, ...fields, updated_at: now };
}

/** The candidate of something that has just happened. */
export function active({ world, now }: Scene, candidateId: unknown): Writing[] {
  const candidate = world.candidates.get(Number(candidateId));
  return candidate ? [['candidates', changed(candidate, now, { last_activity_at: now })]] : [];
}
