import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import type { ModelName } from '#libs/model';
import { Database, decodeCursor, encodeCursor } from '#libs/store';
import type { RecordScope, StoredRecord } from '../../store/record-change.js';
import { type StoredRow, toStoredRecord } from '../../store/record-reader.js';
import { type ListFilter, type Position, horizonStatement, pageStatement } from './list-statement.js';

/** A page of records, and where the next one begins. */
export interface RecordPage {
  records: StoredRecord[];
  nextCursor: string | null;
}

interface ListedRow extends StoredRow {
  seq: string;
}

/** Lists of records out of the mirror. */
@Injectable()
export class RecordLists {
  constructor(private readonly database: Database) {}

  /**
   * One page. It may hold fewer records than asked for, or none, and not be the last: what it looks at is bounded.
   * @throws HubError bad_cursor for one of another list.
   */
  async page(
    scope: RecordScope,
    model: ModelName,
    filter: ListFilter,
    { cursor, limit }: { cursor: string | undefined; limit: number },
  ): Promise<RecordPage> {
    const isByChange = filter.updatedAfter !== undefined;
    const after = readCursor(model, isByChange, cursor);
    const { text, values } = pageStatement(scope, model, filter, { after, limit: limit + 1 });
    const rows = await this.database.query<ListedRow>(text, values);
    const records = rows.slice(0, limit).map(toStoredRecord);
    if (rows.length > limit) {
      const { seq, changed_at: changedAt } = rows[limit - 1]!;
      return { records, nextCursor: cursorOf(model, isByChange, { seq, changedAt }) };
    }
    const horizon = await this.horizon(scope, model, filter, after);
    return { records, nextCursor: horizon && cursorOf(model, isByChange, horizon) };
  }

  /** Where the page stopped looking, when it did not come to the end. */
  private async horizon(
    scope: RecordScope,
    model: ModelName,
    filter: ListFilter,
    after: Position | null,
  ): Promise<{ seq: string; changedAt: Date } | null> {
    const { text, values } = horizonStatement(scope, model, filter, after);
    const [row] = await this.database.query<{ seq: string; changed_at: Date }>(text, values);
    return row ? { seq: row.seq, changedAt: row.changed_at } : null;
  }
}

function cursorOf(model: ModelName, isByChange: boolean, { seq, changedAt }: { seq: string; changedAt: Date }): string {
  return isByChange ? encodeCursor(model, changedAt.toISOString(), seq) : encodeCursor(model, seq);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function readCursor(model: ModelName, isByChange: boolean, cursor: string | undefined): Position | null {
  const position = decodeCursor(cursor, isByChange ? 3 : 2);
  if (position === null) return null;
  const seq = position.at(-1)!;
  const changedAt = isByChange ? position[1]! : null;
  const isOurs = position[0] === model && /^\d{1,18}$/.test(seq);
  if (isOurs && (changedAt === null || (TIME.test(changedAt) && !Number.isNaN(Date.parse(changedAt))))) {
    return { changedAt, seq };
  }
  throw new HubError('bad_cursor', { errors: [{ path: 'cursor', message: 'is none of this list' }] });
}
