import { Injectable } from '@nestjs/common';
import type { Resource } from '#libs/connector-kit';
import { Database, type Statement } from '#libs/store';
import type { Coverage } from '../schema/record-dtos.js';
import { shownFields } from '../schema/shown-fields.js';
import { type ReadableModel, ReadableModels } from './readable-model.js';

/** By the name of a field, what becomes of it with this integration. */
export type FieldCoverage = Record<string, Coverage>;

const COMPLETE: Statement = {
  name: 'records_complete_resources',
  text: `SELECT resource FROM sync_states WHERE account_id = $1 AND integration_id = $2 AND complete_at IS NOT NULL`,
};

/** From the best to the worst news; of several resources that give a field the best one counts. */
const ORDER: readonly Coverage[] = ['SUPPORTED', 'NOT_FETCHED', 'NOT_PERMITTED', 'NOT_ASKED_FOR', 'UNSUPPORTED'];

/** Tells an empty field that the ATS left empty from one that it does not have, or that we may not see, never asked for or have not read. */
@Injectable()
export class Coverages {
  constructor(
    private readonly database: Database,
    private readonly models: ReadableModels,
  ) {}

  async of(readable: ReadableModel): Promise<FieldCoverage> {
    const { scope, model, resource, connection } = readable;
    const [complete, synced] = await Promise.all([
      this.database.query<{ resource: string }>(COMPLETE, [scope.accountId, scope.integrationId]),
      this.models.syncedModels(scope),
    ]);
    const read = new Set(complete.map((row) => row.resource));
    const isSynced = synced === null || synced.includes(model);
    const parts = connection.version.resources.filter((one) => one.kind === 'part' && one.of === model);
    const sources = [resource as Resource, ...parts].map((source) => {
      const key = source.kind === 'records' ? source.model : source.name;
      // Who names a model in the sync settings wants it, whatever was asked for in connecting.
      const isWanted = synced?.includes(key) || connection.isAskedFor(source.permission);
      if (!isWanted) return { source, state: 'NOT_ASKED_FOR' as const };
      if (connection.permitted(source.permission) === 'MISSING') return { source, state: 'NOT_PERMITTED' as const };
      return { source, state: isSynced && read.has(key) ? ('SUPPORTED' as const) : ('NOT_FETCHED' as const) };
    });
    const stateOf = (field: string): Coverage => {
      const states = sources
        .filter(({ source }) => (source.covers as readonly string[]).includes(field))
        .map(({ state }) => state);
      return ORDER.find((state) => (states as Coverage[]).includes(state)) ?? 'UNSUPPORTED';
    };
    return Object.fromEntries(shownFields(model).map(({ name, source }) => [name, stateOf(source)]));
  }
}
