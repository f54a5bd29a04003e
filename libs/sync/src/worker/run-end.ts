import { Injectable } from '@nestjs/common';
import { Rings, withPartitions } from '#libs/delivery';
import { EventsService } from '#libs/events';
import { IntegrationsService } from '#libs/integrations';
import { Database, type Queryable } from '#libs/store';
import type { ResourceProgress, RunRow, RunStatus } from '../run.js';
import { processedEvent, syncFailedEvent } from '../run-events.js';
import { SyncTelemetry } from '../sync-telemetry.js';
import type { Failure } from './failures.js';
import type { Lease } from './lease.js';
import { RunStore } from './run-store.js';

/** What an integration's `statusReason` says while a list looks wrong; the next run in order takes it back. */
const SUSPICIOUS = 'sync_lost_most_records';

/** Ends runs, and says so in the same transaction. A run that is no longer ours is left alone (LeaseLostError). */
@Injectable()
export class RunEnd {
  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly events: EventsService,
    private readonly integrations: IntegrationsService,
    private readonly rings: Rings,
    private readonly telemetry: SyncTelemetry,
  ) {}

  /** All resources were tried. */
  async complete(run: RunRow, lease: Lease): Promise<RunStatus> {
    const { status, failure } = outcomeOf(run.resources);
    await this.end(run, lease, status, failure);
    return status;
  }

  /** Nothing more can be read. */
  async fail(run: RunRow, lease: Lease, failure: Failure): Promise<void> {
    await this.end(run, lease, 'FAILED', failure);
  }

  private async end(run: RunRow, lease: Lease, status: RunStatus, failure: Failure | null): Promise<void> {
    const endpointIds = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        await this.runs.hold(tx, lease);
        const begunAt = new Date();
        const event =
          status === 'FAILED' && failure
            ? syncFailedEvent(run, failure)
            : processedEvent(run, { status, at: new Date() });
        const ringing = await this.events.append(tx, [event]);
        await this.noteIssue(tx, run);
        // After the event, whose time has to be within the run's.
        await this.runs.finish(tx, lease, { status, failure, begunAt });
        return ringing;
      }),
    );
    this.rings.ring(endpointIds);
    this.telemetry.runEnded(run.mode, status);
  }

  private async noteIssue(tx: Queryable, run: RunRow): Promise<void> {
    const { accountId, integrationId, resources } = run;
    const isSuspicious = resources.some(({ error }) => error === 'suspicious');
    const integration = { id: integrationId, accountId };
    if (isSuspicious) return this.integrations.setIssue(tx, integration, SUSPICIOUS);
    // Whichever list it was, it was among those of a run over everything.
    if (!run.isWhole || run.models !== null) return;
    const [row] = await tx.query<{ reason: string | null }>(
      'SELECT status_reason AS reason FROM integrations WHERE account_id = $1 AND id = $2',
      [accountId, integrationId],
    );
    if (row?.reason === SUSPICIOUS) await this.integrations.setIssue(tx, integration, null);
  }
}

function outcomeOf(resources: readonly ResourceProgress[]): { status: RunStatus; failure: Failure | null } {
  // What the connection does without on purpose is no gap.
  const wanted = resources.filter(({ state }) => state !== 'NOT_ASKED_FOR');
  const unread = wanted.filter(({ state }) => state !== 'DONE');
  if (unread.length === 0) return { status: 'SUCCEEDED', failure: null };
  const detail = unread.map(({ key, state, error }) => `${key}: ${error ?? state.toLowerCase()}`).join(', ');
  const status = unread.length === wanted.length ? 'FAILED' : 'PARTIAL';
  return { status, failure: { code: 'resources_unread', detail: `Could not be read: ${detail}.`.slice(0, 1000) } };
}
