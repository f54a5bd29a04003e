import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConnectionHooks, type ConnectedIntegration } from '#libs/connections';
import type { Queryable } from '#libs/store';
import { RunQueue } from './runs/run-queue.js';
import { SettingsRepository } from './settings/settings.repository.js';

/** Begins to sync when an integration is connected, and ends it when it is disconnected. */
@Injectable()
export class ConnectionListener implements OnModuleInit {
  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly settings: SettingsRepository,
    private readonly queue: RunQueue,
  ) {}

  onModuleInit(): void {
    this.hooks.onConnected((tx, integration) => this.begin(tx, integration));
    this.hooks.onDisconnected((tx, integration) => this.end(tx, integration));
  }

  /** Whatever was read before an interruption is compared with what is there now. */
  private async begin(tx: Queryable, { accountId, integrationId }: ConnectedIntegration): Promise<void> {
    const { jobId } = await this.settings.ensure(tx, accountId, integrationId);
    const rows = await tx.query(
      'SELECT FROM sync_states WHERE account_id = $1 AND integration_id = $2 AND initial_at IS NOT NULL LIMIT 1',
      [accountId, integrationId],
    );
    const mode = rows.length === 0 ? 'INITIAL' : 'FULL';
    await this.settings.switchOn(tx, accountId, integrationId);
    await this.queue.enqueue(tx, { accountId, integrationId, jobId, mode, isWhole: true, models: null });
  }

  private async end(tx: Queryable, { accountId, integrationId }: ConnectedIntegration): Promise<void> {
    await this.settings.switchOff(tx, accountId, integrationId);
    await this.queue.cancelAll(tx, accountId, integrationId);
  }
}
