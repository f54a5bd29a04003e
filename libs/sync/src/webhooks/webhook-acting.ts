import { Injectable } from '@nestjs/common';
import { type ParsedWebhook, resourceOf, type WebhookHint } from '#libs/connector-kit';
import { Connections } from '#libs/connections';
import { ConnectorRegistry } from '#libs/connectors';
import type { Access } from '#libs/engine';
import { HubError } from '#libs/errors';
import { RecordRefresh } from '#libs/records';
import { describeFailure } from '../worker/failures.js';
import { GoneRecords } from './gone-records.js';
import type { Acted, InboxRow } from './inbox.repository.js';

/** A webhook that says something, and one that could not be read or says nothing. */
type Read = { row: InboxRow; parsed: ParsedWebhook } | { row: InboxRow; acted: Acted };

/** One thing to do, and the webhooks that ask for it. */
interface Chore {
  run(access: Access): Promise<unknown>;
  askedBy: Set<string>;
}

const PAUSES_MS = [2_000, 10_000, 60_000, 300_000, 1_800_000, 3_600_000, 3_600_000, 7_200_000, 14_400_000];

/**
 * Does what webhooks ask for: reads records again and buries those that are gone. Webhooks that ask for the same share one
 * request. Since nothing is taken from their bodies but ids, their order does not matter.
 */
@Injectable()
export class WebhookActing {
  constructor(
    private readonly connectors: ConnectorRegistry,
    private readonly connections: Connections,
    private readonly refresh: RecordRefresh,
    private readonly gone: GoneRecords,
  ) {}

  /** Acts on webhooks of one integration. Never throws: what became of each is in the result. */
  async act(rows: readonly InboxRow[]): Promise<Acted[]> {
    const read = rows.map((row) => this.read(row));
    const meaning = read.flatMap((one) => ('parsed' in one ? one : []));
    const errors = await this.doAll(meaning);
    return read.map((one) =>
      'acted' in one ? one.acted : actedOn(one.row, one.parsed.action, errors.get(one.row.id)),
    );
  }

  private read(row: InboxRow): Read {
    const { id, arrivals } = row;
    try {
      const webhooks = this.connectors.find(row.provider)?.api?.webhooks;
      if (!webhooks) return { row, acted: { id, arrivals, action: null, error: 'unsupported', retryMs: null } };
      const parsed = webhooks.parse(JSON.parse(row.body.toString('utf8')) as unknown);
      return parsed ? { row, parsed } : { row, acted: { id, arrivals, action: 'ping', error: null, retryMs: null } };
    } catch {
      // What is wrong with it may quote it, and it names people.
      return { row, acted: { id, arrivals, action: null, error: 'unreadable', retryMs: null } };
    }
  }

  /** The first thing that went wrong, by webhook. */
  private async doAll(read: readonly { row: InboxRow; parsed: ParsedWebhook }[]): Promise<Map<string, unknown>> {
    const errors = new Map<string, unknown>();
    const first = read[0]?.row;
    if (!first) return errors;
    const chores = this.choresOf(first, read);
    let access: Access;
    try {
      access = await this.connections.access(first.accountId, first.integrationId);
    } catch (error) {
      return new Map(read.map(({ row }) => [row.id, error]));
    }
    for (const { run, askedBy } of chores) {
      try {
        await run(access);
      } catch (error) {
        for (const id of askedBy) if (!errors.has(id)) errors.set(id, error);
      }
    }
    return errors;
  }

  private choresOf(
    { accountId, integrationId }: InboxRow,
    read: readonly { row: InboxRow; parsed: ParsedWebhook }[],
  ): Chore[] {
    const scope = { accountId, integrationId };
    const groups = new Map<string, { hints: WebhookHint[]; askedBy: Set<string> }>();
    for (const { row, parsed } of read) {
      for (const hint of parsed.hints) {
        const key = groupOf(hint);
        const group = groups.get(key) ?? { hints: [], askedBy: new Set<string>() };
        group.hints.push(hint);
        group.askedBy.add(row.id);
        groups.set(key, group);
      }
    }
    // What is gone is buried last: an ATS that lags behind may still give it out for a moment.
    const inOrder = [...groups.entries()].toSorted(([a], [b]) => Number(!isRead(a)) - Number(!isRead(b)));
    return inOrder.map(([, { hints, askedBy }]) => ({
      askedBy,
      run: (access) => this.doHints(access, scope, hints),
    }));
  }

  /** All of one kind, about one model. */
  private async doHints(
    access: Access,
    scope: { accountId: string; integrationId: string },
    hints: readonly WebhookHint[],
  ): Promise<void> {
    const [hint] = hints;
    if (!hint) return;
    const ids = [...new Set(hints.flatMap((one) => ('remoteIds' in one ? one.remoteIds : [])))];
    if (hint.do === 'gone') return this.gone.bury(scope, hint.model, ids);
    if (hint.do === 'merged') return this.gone.merge(scope, hint.model, hint);
    if (!canRead(access, hint)) return;
    if (hint.do === 'read') await this.refresh.read(access, hint.model, ids, 'webhook');
    else await this.refresh.readOf(access, hint.model, hint.parent, ids);
  }
}

/** Records of a model that this version does not give are of no interest, whatever is said about them. */
function canRead(access: Access, hint: WebhookHint & { do: 'read' | 'readOf' }): boolean {
  const list = resourceOf(access.version, hint.model)?.list;
  return hint.do === 'read' ? list?.byIds !== undefined : list?.byParents?.[hint.parent] !== undefined;
}

/** Hints that can be acted on together. */
function groupOf(hint: WebhookHint): string {
  if (hint.do === 'merged') return `merged ${hint.model} ${hint.remoteId} ${hint.into}`;
  return hint.do === 'readOf' ? `readOf ${hint.model} ${hint.parent}` : `${hint.do} ${hint.model}`;
}

function isRead(group: string): boolean {
  return group.startsWith('read');
}

/** Refusals that time does not heal; when somebody does, the next sync makes up for what was missed. */
const FINAL: ReadonlySet<string> = new Set([
  'provider_forbidden',
  'provider_rejected',
  'provider_not_found',
  'capability_unsupported',
  'integration_not_connected',
]);

function actedOn({ id, arrivals, attempts }: InboxRow, action: string, error: unknown): Acted {
  if (error === undefined) return { id, arrivals, action, error: null, retryMs: null };
  const isFinal = error instanceof HubError && FINAL.has(error.code);
  const retryMs = isFinal ? null : (PAUSES_MS[attempts - 1] ?? null);
  return { id, arrivals, action, error: describeFailure(error).code, retryMs };
}
