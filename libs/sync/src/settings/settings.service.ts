import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '#libs/connectors';
import { type FieldError, HubError } from '#libs/errors';
import { IntegrationsService } from '#libs/integrations';
import { MODEL_NAMES, type ModelName } from '#libs/model';
import { WatchedFields } from '#libs/records';
import { Database, type Queryable } from '#libs/store';
import { defaultModels, modelOf } from '../worker/plan.js';
import { SettingsRepository, type SettingsRow } from './settings.repository.js';
import type { SyncSettingsDto, UpdateSyncSettingsDto } from './settings.dto.js';

const MOST_FIELDS = 100;
const FIELD = /^[A-Za-z][A-Za-z0-9]{0,99}$/;

/** How an integration is synced, as clients set it. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly database: Database,
    private readonly settings: SettingsRepository,
    private readonly watched: WatchedFields,
    private readonly integrations: IntegrationsService,
    private readonly connectors: ConnectorRegistry,
  ) {}

  /** Of an integration that was never connected: what will hold when it is. */
  async get(accountId: string, integrationId: string): Promise<SyncSettingsDto> {
    const { provider } = await this.integrations.get(accountId, integrationId);
    return this.database.transaction(async (tx) =>
      this.view(tx, provider, await this.settings.ensure(tx, accountId, integrationId)),
    );
  }

  /** What is left out stays as it is. @throws HubError not_found, invalid_input. */
  async update(accountId: string, integrationId: string, wanted: UpdateSyncSettingsDto): Promise<SyncSettingsDto> {
    const { provider } = await this.integrations.get(accountId, integrationId);
    refuseUnknownModels(this.modelsOf(provider), wanted.models ?? []);
    const watches = wanted.watchedFields === undefined ? undefined : readWatches(wanted.watchedFields ?? {});
    return this.database.transaction(async (tx) => {
      const before = await this.settings.ensure(tx, accountId, integrationId);
      const after = await this.settings.update(tx, accountId, integrationId, {
        intervalMinutes: wanted.intervalMinutes ?? before.intervalMinutes,
        models: wanted.models === undefined ? before.models : wanted.models,
        downloadFiles: wanted.downloadFiles ?? before.downloadFiles,
      });
      if (watches) await this.watch(tx, { accountId, integrationId }, watches);
      return this.view(tx, provider, after);
    });
  }

  private async watch(
    tx: Queryable,
    scope: { accountId: string; integrationId: string },
    watches: ReadonlyMap<ModelName, readonly string[]>,
  ): Promise<void> {
    for (const model of MODEL_NAMES) await this.watched.replace(tx, scope, model, watches.get(model) ?? null);
  }

  private async view(tx: Queryable, provider: string, row: SettingsRow): Promise<SyncSettingsDto> {
    const watchedFields = await this.watched.find(tx, row);
    return {
      intervalMinutes: row.intervalMinutes,
      models: row.models ?? this.modelsOf(provider).byDefault,
      watchedFields: watchedFields as Record<string, string[]>,
      downloadFiles: row.downloadFiles,
      syncJobId: row.jobId,
      nextSyncAt: row.nextDeltaAt?.toISOString() ?? null,
      nextFullSyncAt: row.nextFullAt?.toISOString() ?? null,
    };
  }

  /** Over all versions of the ATS's API: which one it is, is only known once it is connected. */
  private modelsOf(provider: string): { all: ReadonlySet<ModelName>; byDefault: ModelName[] } {
    const versions = Object.values(this.connectors.find(provider)?.api?.versions ?? {});
    const byDefault = new Set(versions.flatMap((version) => defaultModels(version)));
    return {
      all: new Set(versions.flatMap(({ resources }) => resources.map(modelOf))),
      byDefault: MODEL_NAMES.filter((model) => byDefault.has(model)),
    };
  }
}

function refuseUnknownModels({ all }: { all: ReadonlySet<ModelName> }, models: readonly ModelName[]): void {
  const at = models.findIndex((model) => !all.has(model));
  if (at >= 0) throw invalid([{ path: 'models', message: `entry ${at} is no model that this ATS gives` }]);
}

/** @throws HubError invalid_input naming what is no model, or no list of fields. */
function readWatches(wanted: Readonly<Record<string, unknown>>): Map<ModelName, string[]> {
  const watches = new Map<ModelName, string[]>();
  for (const [model, fields] of Object.entries(wanted)) {
    const path = `watchedFields.${model}`.slice(0, 200);
    if (!(MODEL_NAMES as string[]).includes(model)) throw invalid([{ path, message: 'is no model' }]);
    const isList = Array.isArray(fields) && fields.length <= MOST_FIELDS;
    if (!isList || !fields.every((field) => typeof field === 'string' && FIELD.test(field))) {
      throw invalid([{ path, message: `must be a list of at most ${MOST_FIELDS} names of fields` }]);
    }
    watches.set(model as ModelName, fields as string[]);
  }
  return watches;
}

function invalid(errors: FieldError[]): HubError {
  return new HubError('invalid_input', { detail: `${errors[0]!.path} ${errors[0]!.message}.`, errors });
}
