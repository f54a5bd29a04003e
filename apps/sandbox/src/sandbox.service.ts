import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import { LOGGER } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';
import { ConnectingService } from './hub/connecting.service.js';
import { SetupService } from './hub/setup.service.js';
import { StandInResuming } from './stand-ins/stand-in-resuming.js';
import { DemoVendor } from './vendor/demo-vendor.js';

const TRY_AGAIN_AFTER_MS = 5000;

/** The sandbox as the process that hosts it sees it. */
@Injectable()
export class SandboxService implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(
    private readonly setup: SetupService,
    private readonly connecting: ConnectingService,
    private readonly resuming: StandInResuming,
    private readonly vendor: DemoVendor,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * To be called once the hub listens: sets up at the first start what the sandbox needs in the hub. Where that does
   * not work it is logged and tried again: a broken sandbox must not keep the hub from running.
   */
  async ready(): Promise<{ url: string }> {
    if (!(await this.trySetUp())) void this.keepTrying();
    return { url: `${this.config.publicUrl}/sandbox/` };
  }

  private async trySetUp(): Promise<boolean> {
    try {
      await this.setup.setUp();
      await this.vendor.resume();
      await this.resuming.resume();
      await this.connecting.connectAll();
      return true;
    } catch (err) {
      this.log.error({ err }, 'the sandbox could not be set up');
      return false;
    }
  }

  private async keepTrying(): Promise<void> {
    const { signal } = this.stopping;
    do await pause(TRY_AGAIN_AFTER_MS, undefined, { signal, ref: false }).catch(() => {});
    while (!signal.aborted && !(await this.trySetUp()));
  }
}
