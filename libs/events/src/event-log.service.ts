import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { HubError } from '#libs/errors';
import { eventTime } from '#libs/model';
import { decodeCursor, encodeCursor } from '#libs/store';
import type { ListEventsDto } from './event-log.dto.js';
import { EventLogRepository, type LogPosition } from './event-log.repository.js';

const START: LogPosition = { xid: '0', id: '' };
const DAY_MS = 86_400_000;
const HIGHEST_XID = 2n ** 64n - 1n;

/** Reading the log: pull instead of push. */
@Injectable()
export class EventLogService {
  constructor(
    private readonly log: EventLogRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A page as JSON text, each event with the very bytes that subscribers get.
   * @throws HubError bad_cursor, cursor_expired.
   */
  async page(accountId: string, { cursor, limit, eventType }: ListEventsDto): Promise<string> {
    const since = this.firstMoment();
    const after = positionOf(cursor, since);
    const { events, end } = await this.log.findPage(accountId, after, { eventType: eventType ?? null, limit, since });
    const bodies = events.map(({ payload }) => payload.toString('utf8'));
    return `{"data":[${bodies.join(',')}],"nextCursor":${JSON.stringify(encodeCursor(end.xid, end.id))}}`;
  }

  /**
   * The first UTC day that no process drops yet. Older days may still be there for their deliveries; the log begins here
   * all the same, or the cursor at the end of its first page would be one that has expired.
   */
  private firstMoment(): Date {
    const today = Math.floor(Date.now() / DAY_MS);
    return new Date((today - this.config.retentionDays) * DAY_MS);
  }
}

function positionOf(cursor: string | undefined, since: Date): LogPosition {
  const position = decodeCursor(cursor, 2);
  if (!position) return START;
  const [xid = '', id = ''] = position;
  if (xid === START.xid && id === START.id) return START;
  const at = eventTime(id);
  if (!at || !/^\d{1,20}$/.test(xid) || BigInt(xid) > HIGHEST_XID) {
    throw new HubError('bad_cursor', { errors: [{ path: 'cursor', message: 'is not a cursor this hub gave out' }] });
  }
  if (at < since) throw new HubError('cursor_expired');
  return { xid, id };
}
