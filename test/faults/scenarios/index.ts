import type { Scenario } from '../scenario.ts';
import { CLOCKS } from './clocks.ts';
import { CRASHES } from './crashes.ts';
import { STOPS } from './stops.ts';
import { STORES } from './stores.ts';
import { SUBSCRIBERS } from './subscribers.ts';

/** All of them, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [...CRASHES, ...STORES, ...SUBSCRIBERS, ...CLOCKS, ...STOPS];
