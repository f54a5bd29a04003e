import { Injectable } from '@nestjs/common';
import { Rings, withPartitions } from '#libs/delivery';
import type { ModelName } from '#libs/model';
import { type RecordChange, RecordEvents, type RecordScope, RecordStore } from '#libs/records';
import { Database, type Queryable } from '#libs/store';

const ABOUT = { syncType: 'real_time', syncJobId: 'real_time', syncRunId: 'real_time', cause: 'webhook' } as const;

/** Notes what an ATS says to be deleted or merged, with the events of it. */
@Injectable()
export class GoneRecords {
  constructor(
    private readonly database: Database,
    private readonly store: RecordStore,
    private readonly events: RecordEvents,
    private readonly rings: Rings,
  ) {}

  bury(scope: RecordScope, model: ModelName, remoteIds: readonly string[]): Promise<void> {
    return this.change(scope, (tx) => this.store.remove(tx, scope, model, remoteIds));
  }

  merge(scope: RecordScope, model: ModelName, { remoteId, into }: { remoteId: string; into: string }): Promise<void> {
    return this.change(scope, (tx) => this.store.merge(tx, scope, model, { remoteId, into }));
  }

  private async change(scope: RecordScope, work: (tx: Queryable) => Promise<RecordChange[]>): Promise<void> {
    const endpointIds = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => this.events.append(tx, scope, await work(tx), ABOUT)),
    );
    this.rings.ring(endpointIds);
  }
}
