import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { LOGGER, type Logger } from '#libs/telemetry';
import { Clocks } from '../clocks/clocks.js';
import { Cleaning } from './cleaning.js';
import { Expiry } from './expiry.js';
import { type OldDay, type PartitionedTable, RetentionStore } from './retention-store.js';

const HOUR_MS = 3_600_000;
/** The next run goes on where this one stops. */
const MOST_MS = 10 * 60_000;
/** Each try may keep everybody waiting for a moment; in between whoever waited has a turn. */
const TRIES = 5;
const TRY_PAUSE_MS = 2_000;
const DROP_PAUSE_MS = 25;

/** What a run did. */
export interface RetentionRun {
  dropped: number;
  expired: number;
  /** Days that are older than what is kept and stay for their deliveries, oldest first. */
  heldDays: string[];
  /** False when somebody was in the way of a drop all the time. */
  isDone: boolean;
}

/** Lets go of what is older than `retentionDays`: whole days of events and attempts, and rows of a few tables. */
@Injectable()
export class Retention implements OnModuleInit, BeforeApplicationShutdown {
  private isStopping = false;

  constructor(
    private readonly clocks: Clocks,
    private readonly store: RetentionStore,
    private readonly expiry: Expiry,
    private readonly cleaning: Cleaning,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.clocks.add({ name: 'retention', everyMs: HOUR_MS, run: async () => void (await this.run()) });
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }

  /** One run. Never takes a lock for longer than a moment, and never ends work that had no day to be delivered in. */
  async run(): Promise<RetentionRun> {
    const { retentionDays } = this.config;
    const until = performance.now() + MOST_MS;
    const mayGoOn = () => !this.isStopping && performance.now() < until;
    const days = await this.store.oldDays(retentionDays);
    const live = days.filter(isLive);
    const held = await this.store.hold(live.map(({ day }) => day));
    const expired = await this.expireAll(
      live.filter(({ day, isOverdue }) => isOverdue && held.has(day)),
      mayGoOn,
    );
    const outcome = await this.dropAll(days, mayGoOn);
    await this.cleaning.clean(retentionDays, mayGoOn);
    this.report({ ...outcome, expired });
    return { ...outcome, expired };
  }

  private async expireAll(days: OldDay[], mayGoOn: () => boolean): Promise<number> {
    let expired = 0;
    for (const { day, liveAccounts } of days) {
      for (const accountId of liveAccounts) expired += await this.expiry.expire(accountId, day, { mayGoOn });
    }
    return expired;
  }

  /** Asks for every day: whether it has live work is found out once more where it is dropped. */
  private async dropAll(days: OldDay[], mayGoOn: () => boolean): Promise<Omit<RetentionRun, 'expired'>> {
    const heldDays = new Set<string>();
    let dropped = 0;
    for (const { day, tables } of days) {
      for (const table of tables) {
        const verdict = mayGoOn() ? await this.drop(table, day, mayGoOn) : 'busy';
        if (verdict === 'busy') return { dropped, heldDays: [...heldDays], isDone: false };
        if (verdict === 'held') heldDays.add(day);
        if (verdict === 'dropped') {
          dropped += 1;
          await pause(DROP_PAUSE_MS);
        }
      }
    }
    return { dropped, heldDays: [...heldDays], isDone: true };
  }

  private async drop(table: PartitionedTable, day: string, mayGoOn: () => boolean) {
    for (let tries = 1; ; tries++) {
      const verdict = await this.store.drop(table, day);
      if (verdict !== 'busy' || tries === TRIES || !mayGoOn()) return verdict;
      await pause(TRY_PAUSE_MS);
    }
  }

  private report({ dropped, expired, heldDays, isDone }: RetentionRun): void {
    if (dropped > 0) this.log.info({ partitions: dropped }, 'days older than what is kept were dropped');
    if (expired > 0) this.log.warn({ deliveries: expired }, 'deliveries that waited too long have expired');
    if (heldDays.length > 0) {
      const [oldest] = heldDays;
      this.log.warn({ days: heldDays.length, oldest }, 'days older than what is kept stay for their deliveries');
    }
    if (!isDone) this.log.warn('not all old days could be dropped; the next run goes on');
  }
}

function isLive({ liveAccounts }: OldDay): boolean {
  return liveAccounts.length > 0;
}
