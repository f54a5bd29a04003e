import { Injectable } from '@nestjs/common';
import type { Queryable } from '#libs/store';
import type { RecordChange, RecordScope } from '../store/record-change.js';
import type { ChangesFoundBy } from './changes-found-by.js';

/** Runs inside the transaction that saves the changes; returns the ids of the endpoints that have work because of it. */
export type RecordListener = (
  tx: Queryable,
  scope: RecordScope,
  changes: readonly RecordChange[],
  about: ChangesFoundBy,
) => Promise<string[]>;

/** Where other features take part in changes of records, registered once at start. */
@Injectable()
export class RecordHooks {
  private readonly listeners: RecordListener[] = [];

  /** Called with every change that is appended as an event, also with those that raise none: sensitive ones, unwatched ones. */
  onChanged(listener: RecordListener): void {
    this.listeners.push(listener);
  }

  /** Asks every listener in turn; the endpoints to ring once the transaction is committed. */
  async changed(
    tx: Queryable,
    scope: RecordScope,
    changes: readonly RecordChange[],
    about: ChangesFoundBy,
  ): Promise<string[]> {
    const endpointIds: string[] = [];
    for (const listener of this.listeners) endpointIds.push(...(await listener(tx, scope, changes, about)));
    return endpointIds;
  }
}
