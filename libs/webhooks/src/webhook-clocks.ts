import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Clocks } from '#libs/delivery';
import { EndpointChores } from './endpoint-chores.js';
import { RecoverySteps } from './recovery-steps.js';
import { WornOutEndpoints } from './worn-out-endpoints.js';

const EVERY_MS = 1_000;
/** How long a clock goes on with what takes many steps. */
const GO_ON_MS = 2_000;
const LONGEST_PAUSE_MS = 100;

/** What dispatchers do for endpoints besides sending, each by a clock. */
@Injectable()
export class WebhookClocks implements OnModuleInit {
  constructor(
    private readonly modules: ModuleRef,
    private readonly recoveries: RecoverySteps,
    private readonly chores: EndpointChores,
    private readonly wornOut: WornOutEndpoints,
  ) {}

  onModuleInit(): void {
    // The machinery imports the modules of its kinds, so its clocks are not to be had by an import of ours.
    const clocks = this.modules.get(Clocks, { strict: false });
    clocks.add({ name: 'recoveries', everyMs: EVERY_MS, run: () => this.recover() });
    clocks.add({ name: 'endpoint-chores', everyMs: EVERY_MS, run: () => this.doChores() });
    clocks.add({ name: 'worn-out-endpoints', everyMs: 60_000, run: () => this.wornOut.disableAll() });
  }

  private async recover(): Promise<void> {
    const until = performance.now() + GO_ON_MS;
    while (performance.now() < until) {
      const waitMs = await this.recoveries.step();
      if (waitMs === null || waitMs >= EVERY_MS) return;
      if (waitMs > 0) await pause(Math.min(waitMs, LONGEST_PAUSE_MS));
    }
  }

  private async doChores(): Promise<void> {
    const until = performance.now() + GO_ON_MS;
    while (performance.now() < until && (await this.chores.step()) !== null);
  }
}
