import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import type { ModelName } from '#libs/model';
import { Database, type Statement, decodeCursor, encodeCursor } from '#libs/store';
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

/** Of records and the rows behind them in one reply; a single one may have more, and comes alone. */
const MOST_BYTES = 8 * 1024 * 1024;

const SIZES: Statement = {
  name: 'record_lists_sizes',
  text: `
    SELECT id, octet_length(data::text) + coalesce(octet_length(raw::text), 0) AS bytes FROM records
    WHERE account_id = $1 AND integration_id = $2 AND id = ANY ($3)`,
};

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
    { cursor, limit, withRaw = false }: { cursor: string | undefined; limit: number; withRaw?: boolean },
  ): Promise<RecordPage> {
    const isByChange = filter.updatedAfter !== undefined;
    const after = readCursor(model, isByChange, cursor);
    const { text, values } = pageStatement(scope, model, filter, { after, limit: limit + 1 });
    const rows = await this.database.query<ListedRow>(text, values);
    const fitting = withRaw ? await this.fitting(scope, rows.slice(0, limit)) : limit;
    const records = rows.slice(0, fitting).map(toStoredRecord);
    if (rows.length > fitting) {
      const { seq, changed_at: changedAt } = rows[fitting - 1]!;
      return { records, nextCursor: cursorOf(model, isByChange, { seq, changedAt }) };
    }
    const horizon = await this.horizon(scope, model, filter, after);
    return { records, nextCursor: horizon && cursorOf(model, isByChange, horizon) };
  }

  /** How many of the first records go into one reply with the ATS's rows beside them; at least one. */
  private async fitting({ accountId, integrationId }: RecordScope, rows: readonly ListedRow[]): Promise<number> {
    const sizes = await this.database.query<{ id: string; bytes: number }>(SIZES, [
      accountId,
      integrationId,
      rows.map(({ id }) => id),
    ]);
    const bytesOf = new Map(sizes.map(({ id, bytes }) => [id, bytes]));
    let bytes = 0;
    const at = rows.findIndex(({ id }) => (bytes += bytesOf.get(id) ?? 0) > MOST_BYTES);
    return at < 0 ? rows.length : Math.max(at, 1);
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
