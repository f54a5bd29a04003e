import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, type Logger } from '#libs/telemetry';
import type { RunRow } from '../run.js';
import { limitHeapGrowth } from './heap-growth.js';
import { Lease, LeaseLostError, StoppedError } from './lease.js';
import { RunExecutor } from './run-executor.js';
import { RunStore } from './run-store.js';

/** Integrations one process reads at the same time. */
const MOST_RUNS = 4;
const LOOK_EVERY_MS = 500;
const RENEW_EVERY_MS = 10_000;
/** Longer than a page takes to be saved, shorter than the patience of who stops us. */
const STOP_WITHIN_MS = 15_000;

/** Takes runs that are due and reads them, several at once. Any number of processes may do so. */
@Injectable()
export class SyncWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly running = new Map<Lease, Promise<void>>();
  private looking: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private isStopping = false;

  constructor(
    private readonly runs: RunStore,
    private readonly executor: RunExecutor,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.look();
  }

  /** What is being saved is saved; what is being read is read again by whoever goes on. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    if (this.timer) clearTimeout(this.timer);
    for (const lease of this.running.keys()) lease.end(new StoppedError());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_WITHIN_MS)));
    await Promise.race([Promise.all([this.looking, ...this.running.values()]), late]);
    clearTimeout(timer);
  }

  private look(): void {
    this.looking = this.takeAll().finally(() => {
      if (!this.isStopping) this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
    });
  }

  private async takeAll(): Promise<void> {
    try {
      while (!this.isStopping && this.running.size < MOST_RUNS) {
        const owner = randomUUID();
        const run = await this.runs.claim(owner);
        if (!run) return;
        this.start(run, new Lease(run.id, owner));
      }
    } catch (error) {
      this.log.warn({ err: error }, 'the syncs that are due could not be read');
    }
  }

  private start(run: RunRow, lease: Lease): void {
    if (this.isStopping) lease.end(new StoppedError());
    const renewing = setInterval(() => void this.renew(lease), RENEW_EVERY_MS);
    const work = this.executor
      .execute(run, lease)
      .catch((error: unknown) => this.log.error({ runId: run.id, err: error }, 'a sync broke off; its lease runs out'))
      .finally(() => {
        clearInterval(renewing);
        this.running.delete(lease);
        if (this.running.size === 0) limitHeapGrowth(false);
        if (!this.isStopping) void this.takeAll();
      });
    this.running.set(lease, work);
    limitHeapGrowth(true);
  }

  private async renew(lease: Lease): Promise<void> {
    try {
      if (!(await this.runs.renew(lease))) lease.end(new LeaseLostError());
    } catch (error) {
      // The next page's transaction finds out for sure.
      this.log.warn({ runId: lease.runId, err: error }, 'a sync could not renew its lease');
    }
  }
}
