import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Access } from '#libs/engine';
import { HubError } from '#libs/errors';
import { type ActionOutcome, type ModelName, recordId } from '#libs/model';
import { ReadsService, RecordRefresh, type RecordView } from '#libs/records';
import { LOGGER, type Logger } from '#libs/telemetry';

/** ATSs that answer before they are done show what was made a moment later. */
const SECOND_LOOK_MS = 1_000;

/** The record that a reply shows. */
export interface ShownRecord {
  model: ModelName;
  remoteId: string;
}

export interface Reread {
  /** As it is now; null when it could not be read again. */
  record: RecordView | null;
  warnings: string[];
}

/** Brings the mirror up to date with what was done, and tells of it by events. Never fails: the writing is done. */
@Injectable()
export class Rereading {
  constructor(
    private readonly refresh: RecordRefresh,
    private readonly reads: ReadsService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async after(access: Access, { changed }: Pick<ActionOutcome, 'changed'>, shown: ShownRecord | null): Promise<Reread> {
    const warnings: string[] = [];
    const isThere = await Promise.all(
      toRead(changed, shown).map(async ([model, remoteIds]) => {
        const seen = await this.read(access, model, [...remoteIds], warnings);
        return shown?.model === model && seen.has(shown.remoteId);
      }),
    );
    const record = shown && isThere.includes(true) ? await this.view(access, shown, warnings) : null;
    return { record, warnings };
  }

  /** Those of the records that the ATS showed. */
  private async read(
    access: Access,
    model: ModelName,
    remoteIds: readonly string[],
    warnings: string[],
  ): Promise<Set<string>> {
    try {
      const missing = await this.missingAfter(access, model, remoteIds);
      if (missing.length > 0) warnings.push(`${access.connector.name} does not show ${namesOf(model, missing)} yet.`);
      return new Set(remoteIds.filter((remoteId) => !missing.includes(remoteId)));
    } catch (error) {
      this.log.warn({ err: error, integrationId: access.integrationId, model }, 'what was written was not read again');
      const why = error instanceof HubError ? error.detail : 'Something went wrong in the hub.';
      warnings.push(`It is done, but ${namesOf(model, remoteIds)} could not be read again: ${why}`);
      return new Set();
    }
  }

  private async missingAfter(access: Access, model: ModelName, remoteIds: readonly string[]): Promise<string[]> {
    const { missing } = await this.refresh.read(access, model, remoteIds, 'action');
    if (missing.length === 0) return missing;
    await pause(SECOND_LOOK_MS);
    return (await this.refresh.read(access, model, missing, 'action')).missing;
  }

  private async view(access: Access, shown: ShownRecord, warnings: string[]): Promise<RecordView | null> {
    const { accountId, integrationId } = access;
    try {
      const id = recordId(integrationId, shown.model, shown.remoteId);
      return await this.reads.get({ accountId, integrationId }, shown.model, id, {});
    } catch (error) {
      this.log.warn({ err: error, integrationId, model: shown.model }, 'what was written was not shown');
      warnings.push('It is done, but the record cannot be shown.');
      return null;
    }
  }
}

/** The record that is shown is read again also where nothing about it changed. */
function toRead(changed: ActionOutcome['changed'], shown: ShownRecord | null): [ModelName, Set<string>][] {
  const byModel = new Map<ModelName, Set<string>>();
  const all = shown ? [...changed, { model: shown.model, remoteIds: [shown.remoteId] }] : changed;
  for (const { model, remoteIds } of all) {
    const ids = byModel.get(model) ?? new Set();
    for (const remoteId of remoteIds) ids.add(remoteId);
    byModel.set(model, ids);
  }
  return [...byModel];
}

function namesOf(model: ModelName, remoteIds: readonly string[]): string {
  return `${model} ${remoteIds.join(', ')}`;
}
