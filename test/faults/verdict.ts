import type { Order } from './driver.ts';
import type { Request } from './subscriber.ts';
import type { Fault } from './world.ts';

/** What a run must keep to. */
export interface Limits {
  /** Share of the acknowledged orders that may come twice. */
  duplicates: number;
  /** From commit to first delivery, for the slowest order; null is no limit. */
  recoveryMs: number | null;
}

/** Everything that is known when a run is over. */
export interface Evidence {
  orders: readonly Order[];
  requests: readonly Request[];
  faults: readonly Fault[];
  /** When the hub committed each record, by its id, in epoch milliseconds; null where its clock is not to be trusted. */
  committedAt: ReadonlyMap<string, number | null>;
  /** Work the hub still had at the end. */
  left: number;
  refusals: ReadonlyMap<number, number>;
  crashes: readonly string[];
  /** What the scenario itself found wrong. */
  problems: readonly string[];
}

export interface Verdict {
  orders: number;
  acknowledged: number;
  delivered: number;
  lost: number;
  duplicates: number;
  /** Requests after one that got no reply, half a one or a refusal: meant to be sent again. */
  sentAgain: number;
  differing: number;
  recovery: { p50: number; p99: number; max: number };
  crashes: number;
  /** Each limit that was broken, in a sentence. */
  broken: string[];
  /** Where the duplicates come from: what the first 2xx of each was to the fault next to it. */
  origins: Map<string, number>;
}

/** Holds what the driver and the subscriber saw against each other. */
export function judge(evidence: Evidence, limits: Limits): Verdict {
  const { orders, requests, committedAt } = evidence;
  const acknowledged = orders.filter(({ recordId }) => recordId !== null);
  const accepted = requests.filter(({ end }) => end === 'full');
  const firstAt = firstDeliveries(accepted);
  const byMessage = Map.groupBy(accepted, ({ id, endpoint }) => `${endpoint} ${id}`);
  const twice = [...byMessage.values()].filter((same) => same.length > 1);
  const waits = acknowledged
    .map(({ recordId, ackedAt }) => {
      const id = recordId ?? '';
      return Math.max(0, (firstAt.get(id) ?? Number.NaN) - (committedAt.get(id) ?? ackedAt ?? 0));
    })
    .filter((ms) => !Number.isNaN(ms));
  const verdict: Verdict = {
    orders: orders.length,
    acknowledged: acknowledged.length,
    delivered: acknowledged.filter(({ recordId }) => firstAt.has(recordId ?? '')).length,
    lost: acknowledged.filter(({ recordId }) => !firstAt.has(recordId ?? '')).length,
    duplicates: twice.reduce((sum, same) => sum + same.length - 1, 0),
    sentAgain: requests.length - accepted.length,
    differing: countDiffering(requests),
    recovery: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), max: quantile(waits, 1) },
    crashes: evidence.crashes.length,
    broken: [],
    origins: originsOf(twice, evidence.faults),
  };
  verdict.broken.push(...brokenLimits(verdict, limits), ...otherwiseBroken(evidence, acknowledged));
  return verdict;
}

function firstDeliveries(accepted: readonly Request[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { recordId, at } of accepted) {
    if (!first.has(recordId)) first.set(recordId, at);
  }
  return first;
}

/** Messages of one `webhook-id` whose bodies are not all the same. */
function countDiffering(requests: readonly Request[]): number {
  const hashes = Map.groupBy(requests, ({ id, endpoint }) => `${endpoint} ${id}`);
  return [...hashes.values()].filter((same) => new Set(same.map(({ hash }) => hash)).size > 1).length;
}

function originsOf(twice: readonly Request[][], faults: readonly Fault[]): Map<string, number> {
  const origins = new Map<string, number>();
  for (const same of twice) {
    for (const [n, again] of same.slice(1).entries()) {
      const origin = originOf(same[n]?.doneAt ?? 0, again.at, faults);
      origins.set(origin, (origins.get(origin) ?? 0) + 1);
    }
  }
  return origins;
}

function originOf(doneAt: number, againAt: number, faults: readonly Fault[]): string {
  const between = faults.find(({ at }) => at >= doneAt && at <= againAt);
  if (between) {
    const before = between.at - doneAt;
    return `answered ${before <= 20 ? '≤ 20' : before <= 100 ? '20–100' : '> 100'} ms before: ${between.what}`;
  }
  const last = faults.findLast(({ at }) => at <= doneAt);
  if (!last) return 'no fault near';
  const after = doneAt - last.at;
  return `answered ${after <= 100 ? '≤ 100 ms' : after <= 1_000 ? '≤ 1 s' : '> 1 s'} after: ${last.what}`;
}

function brokenLimits(verdict: Verdict, limits: Limits): string[] {
  const broken: string[] = [];
  const mustBe = (holds: boolean, sentence: string): void => {
    if (!holds) broken.push(sentence);
  };
  const { acknowledged, lost, duplicates, differing, recovery } = verdict;
  mustBe(lost === 0, `${lost} acknowledged orders were lost`);
  mustBe(differing === 0, `${differing} messages came with different bodies under one id`);
  const most = limits.duplicates * acknowledged;
  const fewEnough = limits.duplicates === 0 ? duplicates === 0 : duplicates < most;
  mustBe(fewEnough, `${duplicates} duplicates, and the limit is ${limits.duplicates * 100} %`);
  const { recoveryMs } = limits;
  mustBe(
    recoveryMs === null || recovery.max <= recoveryMs,
    `an order waited ${Math.round(recovery.max)} ms, and the limit is ${recoveryMs} ms`,
  );
  return broken;
}

function otherwiseBroken(evidence: Evidence, acknowledged: readonly Order[]): string[] {
  const { orders, requests, left, refusals, crashes, problems, committedAt } = evidence;
  const broken = [...problems, ...crashes.map((crash) => `a process crashed: ${crash}`)];
  if (orders.length === 0) broken.push('nothing was ordered');
  if (left > 0) broken.push(`the hub still has ${left} deliveries to make`);
  const never = orders.length - acknowledged.length;
  if (never > 0) broken.push(`${never} orders were never acknowledged, although all was well again`);
  for (const [status, count] of refusals) broken.push(`${count} orders were answered with ${status}`);
  const records = Map.groupBy(requests, ({ email }) => email);
  const doubled = [...records.values()].filter((same) => new Set(same.map(({ recordId }) => recordId)).size > 1).length;
  if (doubled > 0) broken.push(`${doubled} orders became two records`);
  const unknown = acknowledged.filter(({ recordId }) => !committedAt.has(recordId ?? '')).length;
  if (unknown > 0) broken.push(`${unknown} acknowledged orders are not in the database`);
  return broken;
}

/** The value below which the share `q` (0–1) of the values lies. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
