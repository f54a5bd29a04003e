import { ActionRefused } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { type ActionSpec, pathOfCaller } from '../fields/action-spec.js';
import { outcomeUnknown } from './sending.js';

/** What is known of a run that failed. */
export interface FailedRun {
  spec: ActionSpec;
  /** The ATS's name, and the permission the action takes as the ATS calls it. */
  ats: string;
  permission: string;
  /** The writes that the ATS took before. */
  taken: readonly string[];
}

/** What a caller is told of an action that failed: in the ATS's words where it is about what the caller sent. */
export function problemOf(error: unknown, run: FailedRun): unknown {
  if (error instanceof ActionRefused) return refused(error, run);
  const isFinal = error instanceof HubError && error.spec.status < 500 && error.code !== 'provider_rate_limited';
  if (run.taken.length > 0 && !isFinal) {
    return outcomeUnknown(`${run.ats} took a part of it (${run.taken.join(', ')}), then something failed.`, error);
  }
  if (error instanceof HubError && error.code === 'provider_forbidden') return forbidden(error, run);
  return error;
}

function refused({ message, path }: ActionRefused, { spec }: FailedRun): HubError {
  if (path === null) return new HubError('conflict', { detail: message });
  return new HubError('invalid_input', { detail: message, errors: [{ path: pathOfCaller(spec, path), message }] });
}

function forbidden(error: HubError, { ats, permission }: FailedRun): HubError {
  const detail = `${ats} does not permit this; it takes “${permission}”.`;
  return new HubError('provider_forbidden', { detail, errors: error.errors }, { cause: error.cause });
}
