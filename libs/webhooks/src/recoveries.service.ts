import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { HubError } from '#libs/errors';
import { type Page, newId } from '#libs/model';
import { Database, decodeCursor, encodeCursor } from '#libs/store';
import { EndpointsRepository } from './endpoints.repository.js';
import type { ListRecoveriesDto, RecoverDto, RecoveryDto } from './recoveries.dto.js';
import { type NewRecovery, RecoveriesRepository, type RecoveryRow } from './recoveries.repository.js';

const DAY_MS = 86_400_000;
/** Of different spans; each is examined by itself. */
const MOST_RUNNING = 10;

/** Sending again what an endpoint failed on or missed: asking for it and watching it. A clock of the dispatchers does it. */
@Injectable()
export class RecoveriesService {
  constructor(
    private readonly database: Database,
    private readonly recoveries: RecoveriesRepository,
    private readonly endpoints: EndpointsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws HubError invalid_input, not_found, conflict. */
  async start(accountId: string, endpointId: string, body: RecoverDto): Promise<RecoveryDto> {
    const span = this.spanOf(body);
    const which = body.status ?? 'FAILED';
    const asked = [which, timeOf(body.since), timeOf(body.until)].join(' ');
    const recovery = { id: newId('recovery'), accountId, endpointId, asked, which, ...span };
    return this.database.transaction(async (tx) => {
      const endpoint = await this.endpoints.find(tx, accountId, endpointId);
      if (!endpoint) throw new HubError('not_found');
      if (endpoint.status !== 'ENABLED') throw new HubError('conflict', { detail: 'The endpoint is disabled.' });
      if ((await this.recoveries.countRunning(tx, accountId, endpointId)) >= MOST_RUNNING) {
        throw new HubError('conflict', { detail: `${MOST_RUNNING} recoveries of this endpoint are running.` });
      }
      if (!(await this.recoveries.insert(tx, recovery))) throw await this.sameIsRunning(recovery);
      const row = await this.recoveries.find(tx, accountId, recovery.id);
      if (!row) throw new HubError('not_found');
      return toDto(row);
    });
  }

  async get(accountId: string, id: string): Promise<RecoveryDto> {
    const row = await this.recoveries.find(this.database, accountId, id);
    if (!row) throw new HubError('not_found');
    return toDto(row);
  }

  async list(accountId: string, query: ListRecoveriesDto): Promise<Page<RecoveryDto>> {
    const { limit, endpointId = null } = query;
    const [before = null] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await this.recoveries.findPage(accountId, before, { endpointId, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { data: page.map(toDto), nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null };
  }

  private async sameIsRunning(recovery: NewRecovery): Promise<HubError> {
    const running = await this.recoveries.findRunning(this.database, recovery);
    return new HubError('conflict', { detail: `The same recovery is running: ${running ?? 'it ends just now'}.` });
  }

  /** What is asked for, cut to what has happened and is still kept. */
  private spanOf({ since: asked, until }: RecoverDto): { since: Date; until: Date } {
    const now = Date.now();
    const since = Date.parse(asked);
    const end = until === undefined ? now : Math.min(Date.parse(until), now);
    const oldest = now - this.config.retentionDays * DAY_MS;
    if (since >= now) throw refused('since', 'must be in the past');
    if (until !== undefined && Date.parse(until) <= since) throw refused('until', 'must be later than since');
    if (end <= oldest) throw refused('until', `is before what is kept, ${this.config.retentionDays} days`);
    return { since: new Date(Math.max(since, oldest)), until: new Date(end) };
  }
}

function timeOf(text: string | undefined): string {
  return text === undefined ? 'now' : new Date(text).toISOString();
}

function refused(path: string, message: string): HubError {
  return new HubError('invalid_input', { errors: [{ path, message }] });
}

function toDto(row: RecoveryRow): RecoveryDto {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    since: row.since.toISOString(),
    until: row.until.toISOString(),
    status: row.which,
    state: row.state,
    done: row.done,
    total: row.state === 'DONE' ? row.done : null,
    examinedUntil: row.examined_until.toISOString(),
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
  };
}
