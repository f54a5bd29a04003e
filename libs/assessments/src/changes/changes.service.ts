import { Injectable } from '@nestjs/common';
import type { ResultSignal } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { Rings } from '#libs/delivery';
import { HubError } from '#libs/errors';
import { EventsService, withPartitions } from '#libs/events';
import { callbackEndpointId } from '#libs/model';
import { Database, type Queryable } from '#libs/store';
import { toSource, toStanding } from '../assessment-row.js';
import { AssessmentsRepository, type LockedAssessment } from '../assessments.repository.js';
import { CALLBACK_EVENT, type CallbackInstruction } from '../callback/callback-instruction.js';
import { isPublicHttps } from '../public-https.js';
import { renderRecordEvent } from '../record-event.js';
import {
  applyReport,
  applyReset,
  isClosed,
  isOver,
  type Report,
  type Standing,
  type Verdict,
} from '../state-machine.js';
import { appendToTimeline, type TimelineEntry } from '../timeline.js';
import { saveChange } from './save-change.js';

/** Which assessment, and who is speaking. */
export interface ChangeTarget {
  accountId: string;
  id: string;
  /** Only if it is this integration's; null for whichever it is. */
  integrationId: string | null;
  /** The ATS need not be told what it said itself. */
  by: 'vendor' | 'ats';
}

type Changed = Extract<Verdict, { kind: 'changed' }>;

/** Changes of state: each is one transaction of state, version, timeline, event and what the ATS is to be told. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly database: Database,
    private readonly assessments: AssessmentsRepository,
    private readonly events: EventsService,
    private readonly connectors: ConnectorRegistry,
    private readonly rings: Rings,
  ) {}

  /** Takes a report. @throws HubError not_found, state_conflict naming both states, invalid_input. */
  report(target: ChangeTarget, report: Report): Promise<void> {
    return this.change(target, (standing) => applyReport(standing, report), 'STATUS');
  }

  /** Back to PENDING. Nobody is written to. @throws HubError not_found */
  reset(target: ChangeTarget): Promise<void> {
    return this.change(target, applyReset, 'RESET');
  }

  private async change(
    target: ChangeTarget,
    decide: (standing: Standing) => Verdict,
    type: 'STATUS' | 'RESET',
  ): Promise<void> {
    const endpointIds = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        const before = await this.assessments.lock(tx, target);
        if (!before) throw new HubError('not_found');
        const verdict = decide(toStanding(before));
        if (verdict.kind === 'unchanged') return [];
        if (verdict.kind === 'refused') throw conflict(verdict);
        refuseUnreachableReport(verdict.next);
        return this.apply(tx, before, verdict, { type, by: target.by });
      }),
    );
    this.rings.ring(endpointIds);
  }

  private async apply(
    tx: Queryable,
    before: LockedAssessment,
    { next, changes, makesVersion }: Changed,
    { type, by }: { type: 'STATUS' | 'RESET'; by: ChangeTarget['by'] },
  ): Promise<string[]> {
    const version = makesVersion ? before.lastVersion + 1 : type === 'RESET' ? 0 : before.resultVersion;
    const signal = by === 'vendor' ? this.signalFor(before, next, makesVersion) : null;
    const changedAt = await saveChange(tx, before, {
      next,
      version,
      isNewVersion: makesVersion,
      writeback: signal === 'result' ? 'QUEUED' : type === 'RESET' || makesVersion ? 'NONE' : null,
      releasesOrder: this.isOrderableAgain(before) && isOver(next.status) && !isOver(before.status),
    });
    await appendToTimeline(tx, timelineOf(before, next, { type, by, version: makesVersion ? version : null }));
    const record = { ...toSource(before), status: next.status };
    const { accountId, integrationId, id: subjectId } = before;
    const event = { ...renderRecordEvent(record, changes), accountId, integrationId, subjectId };
    const endpointIds = await this.events.append(tx, [event]);
    if (!signal) return endpointIds;
    const { provider } = before;
    const instruction: CallbackInstruction = { provider, signal, version, changedAtMs: changedAt.getTime() };
    const endpointId = callbackEndpointId(integrationId);
    const payload = JSON.stringify(instruction);
    await this.events.appendInternal(tx, {
      accountId,
      integrationId,
      subjectId,
      endpointId,
      type: CALLBACK_EVENT,
      payload,
    });
    return [...endpointIds, endpointId];
  }

  /** Whether and as what the ATS is told of this change. */
  private signalFor(
    before: LockedAssessment,
    next: Standing,
    makesVersion: boolean,
  ): CallbackInstruction['signal'] | null {
    const result: ResultSignal | undefined = this.connectors.find(before.provider)?.assessments?.result;
    if (!result) return null;
    const tellsAll = result.on === 'everyChange';
    const isTold = next.status === 'COMPLETED' || (isClosed(next.status) && (tellsAll || before.reportClosed));
    if (makesVersion && isTold) return 'result';
    return tellsAll ? 'progress' : null;
  }

  private isOrderableAgain({ provider }: LockedAssessment): boolean {
    const routes = this.connectors.find(provider)?.assessments?.routes ?? [];
    return routes.some((route) => route.action === 'placeOrder' && route.sameOrder === 'whileOpen');
  }
}

function conflict({ from, to }: { from: string; to: string }): HubError {
  return new HubError('state_conflict', {
    detail: `The assessment is ${from}; a report cannot make it ${to}${from === to ? ' with other content' : ''}.`,
    errors: [{ path: 'status', message: `cannot go from ${from} to ${to}` }],
  });
}

/** An ATS hides the whole result when its link leads nowhere. */
function refuseUnreachableReport({ status, profileUrl }: Standing): void {
  if (status !== 'COMPLETED' || (profileUrl !== null && isPublicHttps(profileUrl))) return;
  const message = profileUrl === null ? 'is required for COMPLETED' : 'must be a public https address';
  throw new HubError('invalid_input', { detail: `profileUrl ${message}.`, errors: [{ path: 'profileUrl', message }] });
}

function timelineOf(
  before: LockedAssessment,
  next: Standing,
  { type, by, version }: { type: 'STATUS' | 'RESET'; by: ChangeTarget['by']; version: number | null },
): TimelineEntry[] {
  const { accountId, id: assessmentId } = before;
  const entries: TimelineEntry[] = [];
  if (type === 'RESET' || before.status !== next.status) {
    entries.push({ accountId, assessmentId, type, data: { from: before.status, to: next.status, by } });
  }
  if (version !== null) {
    const { score, maxScore, outcome } = next;
    entries.push({ accountId, assessmentId, type: 'RESULT', data: { version, score, maxScore, outcome } });
  }
  return entries;
}
