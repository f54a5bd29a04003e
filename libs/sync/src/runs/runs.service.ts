import { Injectable } from '@nestjs/common';
import { Connections } from '#libs/connections';
import { HubError } from '#libs/errors';
import { IntegrationsService } from '#libs/integrations';
import { isId, type Page } from '#libs/model';
import { Database, decodeCursor, encodeCursor } from '#libs/store';
import { type RunRow, totalOf } from '../run.js';
import { SettingsRepository } from '../settings/settings.repository.js';
import { modelOf } from '../worker/plan.js';
import { RunQueue } from './run-queue.js';
import type { StartedSyncDto, StartSyncDto, SyncRunDto } from './runs.dto.js';
import { RunsRepository } from './runs.repository.js';

/** Syncs as clients ask for them and see them. */
@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly runs: RunsRepository,
    private readonly queue: RunQueue,
    private readonly settings: SettingsRepository,
    private readonly connections: Connections,
    private readonly integrations: IntegrationsService,
  ) {}

  /** @throws HubError not_found, integration_not_connected, needs_relink, invalid_input for a model this ATS does not give. */
  async start(accountId: string, integrationId: string, wanted: StartSyncDto): Promise<StartedSyncDto> {
    const { mode = 'DELTA', models, acceptDeletions = false } = wanted;
    await this.integrations.get(accountId, integrationId);
    const { connector, version } = await this.connections.access(accountId, integrationId);
    const known = new Set(version.resources.map(modelOf));
    const at = models?.findIndex((model) => !known.has(model)) ?? -1;
    if (at >= 0) throw invalid('models', `entry ${at} is no model that ${connector.name} gives`);
    if (models?.length === 0) throw invalid('models', 'must not be empty');
    if (acceptDeletions && mode !== 'FULL') throw invalid('acceptDeletions', 'needs the mode FULL');
    return this.database.transaction(async (tx) => {
      const { jobId } = await this.settings.ensure(tx, accountId, integrationId);
      const id = await this.queue.enqueue(tx, {
        accountId,
        integrationId,
        jobId,
        mode: models ? 'AD_HOC' : mode,
        isWhole: mode === 'FULL',
        models: models ?? null,
        acceptsDeletions: acceptDeletions,
      });
      return { id, syncJobId: jobId };
    });
  }

  async list(
    accountId: string,
    integrationId: string,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<SyncRunDto>> {
    const [before] = decodeCursor(cursor, 1) ?? [];
    await this.integrations.get(accountId, integrationId);
    const rows = await this.runs.findPage(accountId, integrationId, { before: before ?? null, limit: limit + 1 });
    const data = rows.slice(0, limit).map(toSyncRun);
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }

  async get(accountId: string, integrationId: string, id: string): Promise<SyncRunDto> {
    return toSyncRun(await this.find(accountId, integrationId, id));
  }

  /** What was read stays. @throws HubError not_found, conflict when it is over. */
  async cancel(accountId: string, integrationId: string, id: string): Promise<void> {
    const run = await this.find(accountId, integrationId, id);
    if (run.status === 'CANCELLED') return;
    if (await this.runs.cancel(this.database, accountId, integrationId, id)) return;
    throw new HubError('conflict', { detail: 'This sync is over.' });
  }

  private async find(accountId: string, integrationId: string, id: string): Promise<RunRow> {
    const run = isId('syncRun', id) ? await this.runs.find(accountId, integrationId, id) : null;
    if (!run) throw new HubError('not_found');
    return run;
  }
}

function toSyncRun(run: RunRow): SyncRunDto {
  const isOpen = run.status === 'RUNNING';
  return {
    id: run.id,
    integrationId: run.integrationId,
    syncJobId: run.jobId,
    mode: run.mode,
    status: run.status,
    currentResource: isOpen ? run.current : null,
    counts: totalOf(run.resources),
    resources: run.resources.map(({ key, model, state, since, counts, error }) => ({
      resource: key,
      model,
      state,
      since,
      counts,
      error,
    })),
    error: run.error === null ? null : { code: run.error, detail: run.errorDetail ?? '' },
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    consumedAt: run.consumedAt?.toISOString() ?? null,
  };
}

function invalid(path: string, message: string): HubError {
  return new HubError('invalid_input', { detail: `${path} ${message}.`, errors: [{ path, message }] });
}
