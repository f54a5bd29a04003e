import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, type Logger } from '#libs/telemetry';
import { FileStore } from './file-store.js';
import { LocalFileStore } from './local-file-store.js';

const DAY_MS = 24 * 3_600_000;

/**
 * Sweeps the folder of files at the start and once a day. A clock of this process, not one of those all dispatchers
 * share: each machine has a folder of its own.
 */
@Injectable()
export class LeftoverSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly store: FileStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!(this.store instanceof LocalFileStore)) return;
    void this.sweep(this.store);
    this.timer = setInterval((store: LocalFileStore) => void this.sweep(store), DAY_MS, this.store).unref();
  }

  onApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private async sweep(store: LocalFileStore): Promise<void> {
    try {
      const files = await store.sweep();
      if (files > 0) this.log.info({ files }, 'unfinished files of processes that died were removed');
    } catch (error) {
      this.log.warn({ err: error }, 'the folder of files could not be swept');
    }
  }
}
