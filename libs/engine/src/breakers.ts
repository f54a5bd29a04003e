import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import { Metrics } from '#libs/telemetry';
import type { Access, Priority } from './access.js';

const FAILURES_TO_OPEN = 5;
const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 300_000;
/** A probe that has not said how it went by then is not waited for. */
const PROBE_MS = 60_000;
/** More than this many, and those that failed longest ago are forgotten. */
const MOST_KEPT = 10_000;

interface Breaker {
  provider: string;
  failures: number;
  /** By `performance.now()`; 0 while it is closed. */
  openUntil: number;
  opens: number;
  probeUntil: number;
}

/**
 * Keeps work in the background away from what fails, by integration, host and endpoint family (the first part of the
 * path), so that what fails stops nothing else. Callers who wait always get their try. Known to this process only.
 */
@Injectable()
export class Breakers {
  private readonly breakers = new Map<string, Breaker>();
  private readonly providers = new Set<string>();

  constructor(metrics: Metrics) {
    metrics.gauge({
      name: 'upstream_breakers_open',
      help: 'Endpoint families of integrations that rest because their ATS fails, in this process',
      labels: ['provider'],
      collect: (gauge) => {
        for (const provider of this.providers) gauge.set({ provider }, 0);
        for (const { provider, openUntil } of this.breakers.values()) if (openUntil > 0) gauge.inc({ provider });
      },
    });
  }

  /** @throws HubError provider_unavailable while the family rests; the first after that is a probe, and goes alone. */
  admit(access: Access, url: URL, priority: Priority): void {
    const breaker = this.breakers.get(keyOf(access, url));
    if (!breaker || breaker.openUntil === 0 || priority === 'interactive') return;
    const now = performance.now();
    const until = Math.max(breaker.openUntil, breaker.probeUntil);
    if (until > now) {
      const retryAfterSeconds = Math.ceil((until - now) / 1_000);
      const detail = `The ATS failed ${breaker.failures} times in a row; it is asked again in ${retryAfterSeconds} s.`;
      throw new HubError('provider_unavailable', { detail, retryAfterSeconds });
    }
    breaker.probeUntil = now + PROBE_MS;
  }

  /** Any answer is a good sign, whatever it says. */
  note(access: Access, url: URL, wasAvailable: boolean): void {
    const key = keyOf(access, url);
    this.providers.add(access.connector.slug);
    if (wasAvailable) {
      this.breakers.delete(key);
      return;
    }
    const breaker = this.breakers.get(key) ?? this.begin(key, access.connector.slug);
    breaker.failures += 1;
    breaker.probeUntil = 0;
    if (breaker.failures < FAILURES_TO_OPEN) return;
    const now = performance.now();
    // Those that were under way when it opened say nothing new.
    if (breaker.openUntil > now) return;
    breaker.openUntil = now + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** breaker.opens);
    breaker.opens += 1;
  }

  private begin(key: string, provider: string): Breaker {
    const breaker = { provider, failures: 0, openUntil: 0, opens: 0, probeUntil: 0 };
    this.breakers.set(key, breaker);
    if (this.breakers.size > MOST_KEPT) this.breakers.delete(this.breakers.keys().next().value ?? '');
    return breaker;
  }
}

function keyOf({ integrationId, version }: Access, url: URL): string {
  return `${integrationId}\n${url.origin}\n${familyOf(url, version.basePath)}`;
}

/** The part of the path after the base path. */
export function familyOf({ pathname }: URL, basePath: string): string {
  const at = basePath === '' ? 0 : pathname.indexOf(`/${basePath}/`);
  const rest = at < 0 ? pathname.slice(1) : pathname.slice(at + (basePath === '' ? 1 : basePath.length + 2));
  return rest.split('/', 1)[0] ?? '';
}
