import { Injectable } from '@nestjs/common';
import type { ResultSignal, SignalVerdict } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import {
  type DeliveryKind,
  type DueWork,
  type Outcome,
  type Prepared,
  type Reply,
  type Settled,
  TargetPolicy,
} from '#libs/delivery';
import { InboundKeysService, IntegrationsService } from '#libs/integrations';
import type { Queryable } from '#libs/store';
import { toResult, toSource } from '../assessment-row.js';
import { toRecord } from '../record.js';
import { type CallbackAssessment, CallbacksRepository } from './callbacks.repository.js';
import { isAllowedCallback } from './callback-hosts.js';
import { type CallbackInstruction, readInstruction } from './callback-instruction.js';
import { readUpTo } from './read-up-to.js';
import { WritebackRepository, type WritebackOutcome } from './writeback.repository.js';

const USER_AGENT = 'Atsume-Callback/1';

/** What stands in an attempt where the connector, not the HTTP status, decided. */
const VERDICT_ERROR: Readonly<Record<SignalVerdict, string>> = {
  accepted: 'accepted_by_ats',
  retry: 'postponed_by_ats',
  final: 'refused_by_ats',
};

export const ISSUE_UNAUTHORIZED = 'callback_unauthorized';

/** Tells ATSs of results. One customer's deleted test never stops the others: a row fails, the endpoint stays. */
@Injectable()
export class AtsCallbackKind implements DeliveryKind {
  readonly kind = 'ATS_CALLBACK';

  constructor(
    private readonly callbacks: CallbacksRepository,
    private readonly connectors: ConnectorRegistry,
    private readonly keys: InboundKeysService,
    private readonly targets: TargetPolicy,
    private readonly writeback: WritebackRepository,
    private readonly integrations: IntegrationsService,
  ) {}

  async prepare(work: DueWork): Promise<Prepared> {
    const instruction = readInstruction(work.payload);
    const result = this.connectors.find(instruction.provider)?.assessments?.result;
    if (!result) return { refuse: { error: 'connector_missing' } };
    const found = work.subjectId === null ? null : await this.callbacks.find(work.accountId, work.subjectId);
    if (!found) return { refuse: { error: 'assessment_missing' } };
    // A newer change has a row of its own; after a reset there is nothing to tell.
    if (isSuperseded(instruction, found)) return { refuse: { error: 'superseded' } };
    if (result.authorize === 'credentials') return { refuse: { error: 'no_credentials' } };
    return this.request(result, found, instruction);
  }

  judge({ status, error, retryAfterMs }: Reply): Outcome {
    if (error === VERDICT_ERROR.accepted) return 'done';
    if (error === VERDICT_ERROR.final) return 'final';
    if (status === null || error === VERDICT_ERROR.retry) return 'retry';
    if (status >= 200 && status < 300) return 'done';
    if (status === 429) return retryAfterMs === null ? 'retry' : 'wait';
    return status >= 400 && status < 500 && status !== 401 && status !== 403 ? 'final' : 'retry';
  }

  feedsBreaker({ status }: Reply): boolean {
    return status === null || status === 429 || status >= 500;
  }

  /** Notes how the ATS took it, on the assessment and, where it refused our key, on the integration. */
  async settle(tx: Queryable, settled: Settled[]): Promise<void> {
    const outcomes = new Map<string, WritebackOutcome>();
    for (const attempt of settled) {
      const outcome = this.toWriteback(attempt);
      if (outcome) outcomes.set(outcome.assessmentId, outcome);
    }
    await this.writeback.settle(tx, [...outcomes.values()]);
    for (const [id, { accountId, reason }] of issuesOf(settled)) {
      await this.integrations.setIssue(tx, { id, accountId }, reason);
    }
  }

  private async request(
    result: ResultSignal,
    found: CallbackAssessment,
    { changedAtMs }: CallbackInstruction,
  ): Promise<Prepared> {
    // The host first: a key is not even decrypted for an address it must not go to.
    const probe = result.request({ ...contextOf(found, changedAtMs), inboundKey: null });
    if (!probe) return { refuse: { error: 'no_callback_address' } };
    const isOwnSandbox = this.targets.isOwnSandbox(probe.url);
    const hosts = { connector: result.hosts, integration: found.allowedCallbackHosts };
    if (!isOwnSandbox && !isAllowedCallback(probe.url, hosts))
      return { refuse: { error: 'callback_host_not_allowed' } };
    const inboundKey = await this.keys.callbackKey(found.integrationId);
    if (inboundKey === null) return { refuse: { error: 'no_live_key' } };
    const request = result.request({ ...contextOf(found, changedAtMs), inboundKey });
    if (request?.url !== probe.url) return { refuse: { error: 'no_callback_address' } };
    const { method, url, headers, body } = request;
    const sent = { method, url, headers: { 'user-agent': USER_AGENT, ...headers }, trusted: isOwnSandbox };
    const sink = result.judge ? sinkFor(result.judge.bind(result)) : undefined;
    return { send: { ...sent, body: body === null ? null : Buffer.from(body), ...(sink ? { sink } : {}) } };
  }

  private toWriteback({ work, reply, outcome, isLast, attempts }: Settled): WritebackOutcome | null {
    const { signal, version, provider } = readInstruction(work.payload);
    if (signal !== 'result' || work.subjectId === null) return null;
    const confirmedBy = this.connectors.find(provider)?.assessments?.result.confirmedBy;
    const isDone = outcome === 'done';
    return {
      accountId: work.accountId,
      assessmentId: work.subjectId,
      version,
      state: isDone ? (confirmedBy === 'reply' ? 'FETCHED' : 'NOTIFIED') : isLast ? 'FAILED' : 'QUEUED',
      attempts,
      error: isDone ? null : errorOf(reply),
    };
  }
}

function isSuperseded({ signal, version, changedAtMs }: CallbackInstruction, now: CallbackAssessment): boolean {
  return signal === 'result' ? version !== now.resultVersion : changedAtMs < now.updatedAt.getTime();
}

function contextOf(found: CallbackAssessment, changedAtMs: number) {
  const { callbackUrl, reportClosed, result } = found;
  const assessment = toRecord(toSource(found));
  return { assessment, result: result && toResult(result), reportClosed, callbackUrl, credentials: {}, changedAtMs };
}

/** Has the connector judge the reply where HTTP status alone is not the truth. */
function sinkFor(judge: NonNullable<ResultSignal['judge']>): Extract<Prepared, { send: unknown }>['send']['sink'] {
  return async ({ status, body }) => {
    const verdict = judge({ status, body: await readUpTo(body) });
    if (verdict) throw Object.assign(new Error(verdict), { code: VERDICT_ERROR[verdict] });
  };
}

function errorOf({ error, status }: Reply): string {
  return error ?? `http_${status}`;
}

/** The last word of each integration's ATS on our key; null clears what was noted before. */
function issuesOf(settled: Settled[]): Map<string, { accountId: string; reason: string | null }> {
  const issues = new Map<string, { accountId: string; reason: string | null }>();
  for (const { work, reply, outcome } of settled) {
    if (work.integrationId === null) continue;
    const isRefused = reply.status === 401 || reply.status === 403;
    if (!isRefused && outcome !== 'done') continue;
    issues.set(work.integrationId, { accountId: work.accountId, reason: isRefused ? ISSUE_UNAUTHORIZED : null });
  }
  return issues;
}
