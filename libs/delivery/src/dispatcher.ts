import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '#libs/store';
import { Clocks } from './clocks/clocks.js';
import { Sweep } from './clocks/sweep.js';
import { ensurePartitions } from './partitions.js';
import { BELL, type Bell } from './queue/bell.js';
import { Turns } from './turn/turns.js';

/** Longer than the time limit of a request, shorter than the patience of who stops us. */
const STOP_WITHIN_MS = 20_000;
const HOUR_MS = 3_600_000;

/** Starts and stops the worker side: the clocks, the turns, and at the end what they have in flight. */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly clocks: Clocks,
    private readonly sweep: Sweep,
    private readonly turns: Turns,
    private readonly database: Database,
    @Inject(BELL) private readonly bell: Bell,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const task of this.sweep.tasks()) this.clocks.add(task);
    this.clocks.add({ name: 'partitions', everyMs: HOUR_MS, run: () => ensurePartitions(this.database) });
    // Before the first turn, whatever the clock says: a hub that stood still for a week has no partition for today.
    await ensurePartitions(this.database);
    this.bell.listen((endpointId) => this.turns.run(endpointId));
    await this.clocks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.turns.refuseNew();
    // Together, and with an end: a database that does not answer must not keep the process from stopping.
    const quiet = Promise.all([this.bell.stopListening(), this.clocks.stop(), this.turns.idle()]);
    await withinTime(quiet, STOP_WITHIN_MS);
    this.turns.giveUp();
  }
}

async function withinTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
