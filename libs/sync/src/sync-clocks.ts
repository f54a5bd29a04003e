import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CONFIG, type Config } from '#libs/config';
import { Clocks } from '#libs/delivery';
import { RunsRepository } from './runs/runs.repository.js';
import { InboxRepository } from './webhooks/inbox.repository.js';
import { Consumption } from './worker/consumption.js';
import { Schedule } from './worker/schedule.js';
import { SeenIds } from './worker/seen-ids.js';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
/** How long a webhook that was acted on is kept, to look into what came. */
const DAYS_DONE = 7;

/** Lets go of what is old. */
@Injectable()
export class SyncCleaning {
  constructor(
    private readonly inbox: InboxRepository,
    private readonly runs: RunsRepository,
  ) {}

  async forget(days: number): Promise<void> {
    await this.inbox.forgetOld({ done: Math.min(DAYS_DONE, days), failed: days });
    await this.runs.forgetOld(days);
  }
}

/** What dispatchers do for syncs besides reading, each by a clock. */
@Injectable()
export class SyncClocks implements OnModuleInit {
  constructor(
    private readonly modules: ModuleRef,
    private readonly schedule: Schedule,
    private readonly consumption: Consumption,
    private readonly seen: SeenIds,
    private readonly cleaning: SyncCleaning,
    @Inject(CONFIG) private readonly config: Pick<Config, 'retentionDays'>,
  ) {}

  onModuleInit(): void {
    const clocks = this.modules.get(Clocks, { strict: false });
    clocks.add({ name: 'sync-schedule', everyMs: SECOND_MS, run: () => this.schedule.enqueueDue() });
    clocks.add({ name: 'sync-consumption', everyMs: SECOND_MS, run: () => this.consumption.tell() });
    clocks.add({ name: 'sync-seen', everyMs: HOUR_MS, run: () => this.seen.forgetEnded() });
    clocks.add({ name: 'sync-cleaning', everyMs: HOUR_MS, run: () => this.cleaning.forget(this.config.retentionDays) });
  }
}
