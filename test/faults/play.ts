import { Driver } from './driver.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { judge, type Verdict } from './verdict.ts';
import { type Backend, World } from './world.ts';

export interface PlayOptions {
  backend: Backend;
  seed: number;
  /** At least so many; as many more as the faults take time. */
  orders: number;
  perSecond: number;
}

/** Healed, an order is acknowledged and delivered within this: longer than a breaker stays open. */
const SETTLE_MS = 60_000;
const DRAIN_MS = 150_000;
const DUPLICATES = 0.01;

/** One scenario on one backend, from an empty database to the verdict. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Verdict> {
  const random = new Random(options.seed, `${scenario.name} ${options.backend}`);
  const world = await World.start({
    backend: options.backend,
    seed: options.seed,
    accounts: scenario.accounts ?? 4,
    dispatchers: scenario.dispatchers ?? 1,
    movesClock: scenario.movesClock ?? false,
    latencyMs: scenario.latencyMs ?? 20,
  });
  try {
    const driver = new Driver(world.customers, { perSecond: options.perSecond, least: options.orders });
    driver.start();
    await scenario.hurt(world, random);
    world.say(`healed; ${driver.orders.length} orders so far`);
    await driver.finish();
    await driver.settle(SETTLE_MS);
    const left = await world.drain(DRAIN_MS);
    const failures = [...driver.failures].map(([why, times]) => `${times} × ${why}`).join(', ');
    world.say(`${driver.orders.length} orders placed; calls that failed: ${failures || 'none'}`);
    return judge(
      {
        orders: driver.orders,
        requests: await world.subscriber.requests(),
        faults: world.faults,
        committedAt: await commitTimes(world),
        left,
        refusals: driver.refusals,
        crashes: world.processes.flatMap(({ crashes }) => crashes),
        problems: world.problems,
      },
      { duplicates: DUPLICATES, recoveryMs: null, ...scenario.limits },
    );
  } finally {
    if (process.env.FAULTS_LOGS) for (const { name, said } of world.processes) console.log(name, said);
    await world.stop();
  }
}

async function commitTimes(world: World): Promise<Map<string, number | null>> {
  const rows = await world.postgres.query<{ id: string; at: string }>(
    `SELECT subject_id AS id, extract(epoch FROM created_at) * 1000 AS at FROM events WHERE type = 'record.new'`,
  );
  return new Map(rows.map(({ id, at }) => [id, world.clock ? null : Number(at)]));
}
