import { Injectable } from '@nestjs/common';
import type { Resource } from '#libs/connector-kit';
import { Connections } from '#libs/connections';
import { Database } from '#libs/store';
import type { ResourceProgress, RunRow } from '../run.js';
import { SettingsRepository } from '../settings/settings.repository.js';
import { keyOf, planRun } from './plan.js';
import type { RunInHand } from './resource-reader.js';
import { RunStore } from './run-store.js';
import { SyncStates } from './sync-states.js';

/** Decides once, when a run begins, what it reads; whoever goes on with it later keeps to that. */
@Injectable()
export class RunPlanner {
  constructor(
    private readonly database: Database,
    private readonly settings: SettingsRepository,
    private readonly states: SyncStates,
    private readonly connections: Connections,
    private readonly runs: RunStore,
  ) {}

  async plan({ run, access, lease }: RunInHand): Promise<void> {
    if (run.resources.length > 0) return;
    const { accountId, integrationId } = run;
    const settings = await this.settings.find(accountId, integrationId);
    const states = await this.states.find(accountId, integrationId);
    const resources = planRun(run, access.version, settings?.models ?? null, states);
    // A run over everything tries what was not permitted before; the others ask for nothing they will not get.
    if (!run.isWhole) await this.leaveOutForbidden(run, access.version.resources, resources);
    await this.database.transaction(async (tx) => {
      await this.runs.hold(tx, lease);
      await this.runs.advance(tx, lease, { resources, current: null, cursor: null }, null);
    });
    run.resources = resources;
  }

  private async leaveOutForbidden(
    { accountId, integrationId }: RunRow,
    resources: readonly Resource[],
    plan: readonly ResourceProgress[],
  ): Promise<void> {
    const permissions = new Map(resources.map((resource) => [keyOf(resource), resource.permission]));
    for (const progress of plan) {
      const known = await this.connections.isPermitted(accountId, integrationId, permissions.get(progress.key) ?? '');
      if (known === 'MISSING') progress.state = 'NOT_PERMITTED';
    }
  }
}
