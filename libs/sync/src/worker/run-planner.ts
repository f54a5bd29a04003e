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
    await this.leaveOut(run, {
      plan: resources,
      resources: access.version.resources,
      models: settings?.models ?? null,
    });
    await this.database.transaction(async (tx) => {
      await this.runs.hold(tx, lease);
      await this.runs.advance(tx, lease, { resources, current: null, cursor: null }, null);
    });
    run.resources = resources;
  }

  /** What is not to be read, or not worth asking for. `models`: those somebody chose, whatever was asked for in connecting. */
  private async leaveOut(
    { accountId, integrationId, isWhole }: RunRow,
    {
      plan,
      resources,
      models,
    }: { plan: readonly ResourceProgress[]; resources: readonly Resource[]; models: readonly string[] | null },
  ): Promise<void> {
    const connection = await this.connections.describe(accountId, integrationId);
    if (!connection) return;
    const permissions = new Map(resources.map((resource) => [keyOf(resource), resource.permission]));
    for (const progress of plan) {
      const permission = permissions.get(progress.key) ?? '';
      if (!models?.includes(progress.key) && !connection.isAskedFor(permission)) progress.state = 'NOT_ASKED_FOR';
      // A run over everything tries what was not permitted before; the others ask for nothing they will not get.
      else if (!isWhole && connection.permitted(permission) === 'MISSING') progress.state = 'NOT_PERMITTED';
    }
  }
}
