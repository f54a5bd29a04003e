import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, type Logger } from '#libs/telemetry';
import { SyncTelemetry } from '../sync-telemetry.js';
import { type Acted, InboxRepository, type InboxRow } from './inbox.repository.js';
import { WebhookActing } from './webhook-acting.js';

/** Integrations one process acts for at the same time. */
const MOST_AT_ONCE = 4;
const MOST_IN_A_BATCH = 50;
const LOOK_EVERY_MS = 300;
const STOP_WITHIN_MS = 15_000;

/** Acts on webhooks soon after they came. Any number of processes may do so. */
@Injectable()
export class InboxWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly acting = new Set<Promise<void>>();
  private looking: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private isStopping = false;

  constructor(
    private readonly inbox: InboxRepository,
    private readonly acts: WebhookActing,
    private readonly telemetry: SyncTelemetry,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    if (this.timer) clearTimeout(this.timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_WITHIN_MS)));
    await Promise.race([Promise.all([this.looking, ...this.acting]), late]);
    clearTimeout(timer);
  }

  private look(): void {
    this.looking = this.takeAll().finally(() => {
      if (!this.isStopping) this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
    });
  }

  private async takeAll(): Promise<void> {
    try {
      while (!this.isStopping && this.acting.size < MOST_AT_ONCE) {
        const rows = await this.inbox.take(MOST_IN_A_BATCH);
        const [first] = rows;
        if (!first) return;
        this.start(first.integrationId, rows);
      }
    } catch (error) {
      this.log.warn({ err: error }, 'the webhooks that came could not be read');
    }
  }

  private start(integrationId: string, rows: readonly InboxRow[]): void {
    const work = this.act(integrationId, rows)
      .catch((error: unknown) =>
        this.log.warn({ integrationId, err: error }, 'webhooks were not acted on; they will be'),
      )
      .finally(() => {
        this.acting.delete(work);
        if (!this.isStopping) void this.takeAll();
      });
    this.acting.add(work);
  }

  private async act(integrationId: string, rows: readonly InboxRow[]): Promise<void> {
    try {
      const acted = await this.acts.act(rows);
      await this.inbox.settle(acted);
      for (const one of acted) this.telemetry.webhookActed(outcomeOf(one));
    } finally {
      await this.inbox.release(integrationId);
    }
  }
}

function outcomeOf({ error, retryMs }: Acted): 'done' | 'retried' | 'failed' {
  if (error === null) return 'done';
  return retryMs === null ? 'failed' : 'retried';
}
