import { type EventDraft, renderEnvelope } from '#libs/events';
import { newEventId } from '#libs/model';
import { type RunRow, type RunStatus, totalOf } from './run.js';

/** A run is about all data of its integration at once. */
const DATA_TYPE = 'ats';

/** The event that all records of a run were read. Times are milliseconds since 1970 as text, as in the envelope this follows. */
export function processedEvent(run: RunRow, { status, at }: { status: RunStatus; at: Date }): EventDraft {
  const { seen } = totalOf(run.resources);
  return eventOf(run, 'sync.events.processed', {
    status: 'processed',
    processed: seen,
    emitted: emittedBy(run),
    startedAt: msOf(run.startedAt ?? run.createdAt),
    processedAt: msOf(at),
    complete: status === 'SUCCEEDED',
    models: Object.fromEntries(
      run.resources.map(({ key, state, counts }) => [key, { status: state.toLowerCase(), ...counts }]),
    ),
  });
}

/** The event that every delivery of a run's events is over. */
export function allConsumedEvent(run: RunRow, at: Date): EventDraft {
  return eventOf(run, 'sync.events.allConsumed', {
    status: 'allConsumed',
    processed: totalOf(run.resources).seen,
    emitted: run.emitted,
    startedAt: msOf(run.startedAt ?? run.createdAt),
    processedAt: msOf(run.finishedAt ?? at),
    consumedAt: msOf(at),
    complete: run.status === 'SUCCEEDED',
  });
}

/** The event that a run came to nothing. */
export function syncFailedEvent(run: RunRow, { code, detail }: { code: string; detail: string }): EventDraft {
  return eventOf(run, 'integration.sync_failed', {
    integration: { id: run.integrationId },
    syncRun: { id: run.id, mode: run.mode, error: code, detail, startedAt: run.startedAt?.toISOString() ?? null },
  });
}

function eventOf(run: RunRow, type: string, eventData: object): EventDraft {
  const id = newEventId();
  const { accountId, integrationId } = run;
  const syncType = run.mode === 'INITIAL' ? 'initial_sync' : 'delta_sync';
  const payload = renderEnvelope({
    eventId: id,
    eventType: type,
    eventData,
    recordId: null,
    syncDataType: DATA_TYPE,
    sync: { syncType, syncJobId: run.jobId, syncRunId: run.id },
  });
  return { id, accountId, type, integrationId, subjectId: run.id, payload };
}

function emittedBy({ resources }: RunRow): number {
  const total = totalOf(resources);
  return total.new + total.modified + total.deleted;
}

function msOf(time: Date): string {
  return String(time.getTime());
}
