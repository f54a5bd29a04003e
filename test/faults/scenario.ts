import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { Limits } from './verdict.ts';
import type { Backend, World } from './world.ts';

/** One way to hurt a hub under load. */
export interface Scenario {
  name: string;
  /** What happens, for the table. */
  title: string;
  /** Where it makes sense; both unless told. */
  backends?: readonly Backend[];
  accounts?: number;
  dispatchers?: number;
  movesClock?: boolean;
  latencyMs?: number;
  limits?: Partial<Limits>;
  /** Does the damage at random instants, heals it, and returns. The load goes on all the while. */
  hurt(world: World, random: Random): Promise<void>;
}

/** Waits for a random time between so many seconds. */
export async function seconds(random: Random, least: number, most: number): Promise<void> {
  await pause(random.between(least, most) * 1_000);
}
