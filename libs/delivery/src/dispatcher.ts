import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '#libs/store';
import { LOGGER, type Logger } from '#libs/telemetry';
import { Clocks } from './clocks/clocks.js';
import { Sweep } from './clocks/sweep.js';
import { ensurePartitions } from './partitions.js';
import type { ShardProcessor } from './shard-processor.js';
import { Turns } from './turn/turns.js';

/** Longer than the time limit of a request, shorter than the patience of who stops us. */
const STOP_WITHIN_MS = 20_000;
/** For giving tokens back, to a queue that may be away. */
const GOODBYE_MS = 2_000;
const HOUR_MS = 3_600_000;

/** The processors of this process, one per shard. */
export const SHARD_PROCESSORS = Symbol('SHARD_PROCESSORS');

/** Starts and stops the worker side: the clocks, and at the end the workers with what they have in flight. */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly clocks: Clocks,
    private readonly sweep: Sweep,
    private readonly turns: Turns,
    private readonly database: Database,
    @Inject(SHARD_PROCESSORS) private readonly processors: readonly ShardProcessor[],
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const task of this.sweep.tasks()) this.clocks.add(task);
    this.clocks.add({ name: 'partitions', everyMs: HOUR_MS, run: () => ensurePartitions(this.database) });
    // Before the first turn, whatever the clock says: a hub that stood still for a week has no partition for today.
    await ensurePartitions(this.database);
    for (const processor of this.processors) this.run(processor);
    await this.clocks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.turns.refuseNew();
    // A queue that is away must not end the process while requests are under way.
    const closed = Promise.allSettled(this.processors.map(({ worker }) => worker.close()));
    // Together, and with an end: a database that does not answer must not keep the process from stopping.
    await withinTime(Promise.all([this.clocks.stop(), this.turns.idle()]), STOP_WITHIN_MS);
    this.turns.giveUp();
    await withinTime(closed, GOODBYE_MS);
    for (const { worker } of this.processors) worker.abandon();
  }

  private run({ worker }: ShardProcessor): void {
    worker.on('error', (error) => this.log.warn({ err: error }, 'a worker has lost its queue for a moment'));
    worker.on('failed', (_, error) => this.log.warn({ err: error }, 'a turn failed; the sweep will ring again'));
    worker.run().catch((error: unknown) => this.log.error({ err: error }, 'a worker ended'));
  }
}

async function withinTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
