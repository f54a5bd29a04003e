import { Injectable } from '@nestjs/common';
import {
  type Listing,
  type NextPage,
  type PartResource,
  type Query,
  type RecordResource,
  resourceOf,
} from '#libs/connector-kit';
import { Rings } from '#libs/delivery';
import { type Access, Engine, type ReadPage, type SendOptions } from '#libs/engine';
import { HubError } from '#libs/errors';
import { withPartitions } from '#libs/events';
import type { ModelName } from '#libs/model';
import { Database, type Statement } from '#libs/store';
import { joinChanges } from '../store/join-changes.js';
import { readRows } from '../store/readable-rows.js';
import { RecordEvents } from '../events/record-events.js';
import type { RecordChange, RecordScope, SavedPage } from '../store/record-change.js';
import { RecordStore } from '../store/record-store.js';

/** Why records are read again: something was done in the ATS, or it told us, and somebody waits; or in passing. */
export type RefreshCause = 'action' | 'webhook' | 'sync';

export interface Refreshed {
  changes: RecordChange[];
  /** Asked for and not answered. That alone proves nothing: they may be deleted, or out of sight of these credentials. */
  missing: string[];
}

/** How the rows that belong to some ids are asked for. */
interface Lookup {
  query(remoteIds: readonly string[]): Query;
  most: number;
}

interface Reading {
  access: Access;
  resource: RecordResource;
  lookup: Lookup;
  options: SendOptions;
  cause: RefreshCause;
}

/** All rows that one part of some records has. */
interface WholePart {
  part: PartResource;
  rows: unknown[];
}

const NOW: Statement = { name: 'record_refresh_now', text: 'SELECT clock_timestamp() AS at' };
const REAL_TIME = { syncType: 'real_time', syncJobId: 'real_time', syncRunId: 'real_time' } as const;

/** Reads single records through the ATS's API again, saves them and tells of what changed. */
@Injectable()
export class RecordRefresh {
  constructor(
    private readonly database: Database,
    private readonly engine: Engine,
    private readonly store: RecordStore,
    private readonly events: RecordEvents,
    private readonly rings: Rings,
  ) {}

  /**
   * Reads records by their ids, with their parts.
   * @throws HubError capability_unsupported when the ATS does not list this model by ids, and what the engine throws.
   */
  async read(access: Access, model: ModelName, remoteIds: readonly string[], cause: RefreshCause): Promise<Refreshed> {
    const resource = resourceIn(access, model);
    const lookup = resource.list.byIds;
    if (!lookup) throw unsupported(`${model} by their ids`);
    const options: SendOptions = { priority: cause === 'sync' ? 'background' : 'interactive' };
    return this.readAll({ access, resource, lookup, options, cause }, remoteIds);
  }

  /** Reads the records of `model` that belong to others, e.g. the attachments of candidates. @throws as {@link read}. */
  async readOf(
    access: Access,
    model: ModelName,
    parent: ModelName,
    remoteIds: readonly string[],
  ): Promise<RecordChange[]> {
    const resource = resourceIn(access, model);
    const lookup = resource.list.byParents?.[parent];
    if (!lookup) throw unsupported(`${model} by their ${parent}`);
    const reading: Reading = { access, resource, lookup, options: { priority: 'interactive' }, cause: 'webhook' };
    return (await this.readAll(reading, remoteIds)).changes;
  }

  private async readAll(reading: Reading, remoteIds: readonly string[]): Promise<Refreshed> {
    const refreshed: Refreshed = { changes: [], missing: [] };
    for (const asked of chunksOf(remoteIds, reading.lookup.most)) {
      const { changes, seen } = await this.readChunk(reading, asked);
      refreshed.changes.push(...changes);
      refreshed.missing.push(...asked.filter((remoteId) => !seen.has(remoteId)));
    }
    return refreshed;
  }

  /** Reads outside of the transaction, then saves the records and their parts in one. */
  private async readChunk(
    reading: Reading,
    asked: readonly string[],
  ): Promise<{ changes: RecordChange[]; seen: Set<string> }> {
    const { access, resource, lookup, options, cause } = reading;
    const { accountId, integrationId } = access;
    const scope: RecordScope = { accountId, integrationId, readAt: await this.now() };
    const rows = await this.rowsOf(access, resource.list, lookup.query(asked), options);
    const { readable, unreadable } = readRows(resource, rows);
    const remoteIds = [...new Set(readable.map(({ remoteId }) => remoteId))];
    const parts = await this.partsOf(reading, remoteIds);
    const { changes, endpointIds } = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        // The parts first: a record that is new comes with them.
        const pages: SavedPage[] = [];
        for (const { part, rows } of parts) {
          pages.push(await this.store.replaceParts(tx, scope, part, { rows, parentRemoteIds: remoteIds }));
        }
        pages.push(await this.store.save(tx, scope, resource, rows));
        const changes = joinChanges(pages.flatMap((page) => page.changes));
        return { changes, endpointIds: await this.events.append(tx, scope, changes, { ...REAL_TIME, cause }) };
      }),
    );
    this.rings.ring(endpointIds);
    return { changes, seen: new Set([...remoteIds, ...unreadable.flatMap(({ remoteId }) => remoteId ?? [])]) };
  }

  /** The database's time, which deletions are noted with. */
  private async now(): Promise<Date> {
    const [row] = await this.database.query<{ at: Date }>(NOW);
    return row!.at;
  }

  /** What the ATS keeps apart of these records. Parts the credentials may not see are left as they are. */
  private async partsOf({ access, resource, options }: Reading, remoteIds: readonly string[]): Promise<WholePart[]> {
    const whole: WholePart[] = [];
    for (const part of access.version.resources) {
      const lookup = part.kind === 'part' && part.of === resource.model && part.list.byParents?.[resource.model];
      if (!lookup || remoteIds.length === 0) continue;
      const rows = await this.rowsOfPart({ access, part, lookup, options }, remoteIds);
      if (rows) whole.push({ part, rows });
    }
    return whole;
  }

  private async rowsOfPart(
    { access, part, lookup, options }: Omit<Reading, 'resource' | 'cause'> & { part: PartResource },
    remoteIds: readonly string[],
  ): Promise<unknown[] | null> {
    try {
      const rows: unknown[] = [];
      for (const asked of chunksOf(remoteIds, lookup.most)) {
        rows.push(...(await this.rowsOf(access, part.list, lookup.query(asked), options)));
      }
      return rows;
    } catch (error) {
      if (error instanceof HubError && error.code === 'provider_forbidden') return null;
      throw error;
    }
  }

  private async rowsOf(access: Access, listing: Listing, query: Query, options: SendOptions): Promise<unknown[]> {
    const all: unknown[] = [];
    let at: NextPage | null = null;
    do {
      const page: ReadPage = await this.engine.readPage(access, listing, at, at === null ? query : undefined, options);
      all.push(...page.rows);
      at = page.next;
    } while (at);
    return all;
  }
}

function resourceIn({ version }: Access, model: ModelName): RecordResource {
  const resource = resourceOf(version, model);
  if (!resource) throw unsupported(model);
  return resource;
}

function unsupported(what: string): HubError {
  return new HubError('capability_unsupported', { detail: `This ATS does not give ${what}.` });
}

function chunksOf(remoteIds: readonly string[], most: number): string[][] {
  const ids = [...new Set(remoteIds)];
  return Array.from({ length: Math.ceil(ids.length / most) }, (_, at) => ids.slice(at * most, (at + 1) * most));
}
