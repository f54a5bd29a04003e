import { HubError } from '#libs/errors';
import { EndlessListError } from './pages.js';

export interface Failure {
  code: string;
  detail: string;
}

/**
 * What a failure means for a run. `resource`: this one cannot be read, the others can. `restart`: its list begins again.
 * `run`: nothing can be read. `later`: it may pass.
 */
type FailureKind = 'forbidden' | 'resource' | 'restart' | 'run' | 'later';

const KINDS: Readonly<Record<string, FailureKind>> = {
  provider_forbidden: 'forbidden',
  provider_rejected: 'resource',
  provider_not_found: 'resource',
  provider_bad_record: 'resource',
  provider_bad_reply: 'resource',
  capability_unsupported: 'resource',
  provider_cursor_expired: 'restart',
  provider_unauthorized: 'run',
  needs_relink: 'run',
  integration_not_connected: 'run',
};

/** Tries without any progress after which one list that does not answer no longer holds up the others. */
const PATIENCE = 3;

/** `tries` in a row have brought the run no further. */
export function kindOf(error: unknown, tries: number): FailureKind {
  if (error instanceof EndlessListError) return 'resource';
  if (!(error instanceof HubError)) return 'later';
  if (error.code === 'provider_unavailable' && tries >= PATIENCE) return 'resource';
  return KINDS[error.code] ?? 'later';
}

/** What the operator reads; of errors nobody expected no more than that there was one, since they may quote people's data. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof HubError) {
    const reasons = error.errors.map(({ message }) => message).slice(0, 5);
    return { code: error.code, detail: [error.detail, ...reasons].join(' ').slice(0, 1000) };
  }
  if (error instanceof EndlessListError) return { code: 'endless_list', detail: error.message };
  return { code: 'internal', detail: 'Something went wrong in the hub; it has been logged.' };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const PAUSES_MS = [10 * SECOND_MS, 30 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS];

/** How long a run waits after so many tries without any progress; null: it is given up. */
export function pauseAfter(tries: number, error: unknown): number | null {
  const pauseMs = PAUSES_MS[tries];
  if (pauseMs === undefined) return null;
  const wantedMs = error instanceof HubError ? (error.retryAfterSeconds ?? 0) * SECOND_MS : 0;
  return Math.max(pauseMs, wantedMs);
}
