/** Whose problem it is. */
export type Fault = 'caller' | 'provider' | 'hub';
/** What the caller should do about it. */
export type Retry = 'never' | 'later' | 'after_change' | 'after_reconnect';

export interface ErrorSpec {
  status: number;
  fault: Fault;
  retry: Retry;
  message: string;
}

/** Every error a caller can see. Codes are forever; messages may change. `README.md` beside it lists the same. */
export const ERRORS = {
  bad_request: { status: 400, fault: 'caller', retry: 'never', message: 'The request cannot be read.' },
  bad_cursor: { status: 400, fault: 'caller', retry: 'never', message: 'The cursor is not one this hub gave out.' },
  too_deep: { status: 400, fault: 'caller', retry: 'never', message: 'The JSON is nested more than 64 levels deep.' },
  unauthorized: { status: 401, fault: 'caller', retry: 'never', message: 'The API key is missing, wrong or revoked.' },
  scope_missing: {
    status: 403,
    fault: 'caller',
    retry: 'never',
    message: 'This API key lacks the scope for this call.',
  },
  permission_missing: {
    status: 403,
    fault: 'caller',
    retry: 'after_reconnect',
    message: 'The customer’s ATS has not granted what this takes.',
  },
  not_found: { status: 404, fault: 'caller', retry: 'never', message: 'There is nothing here.' },
  provider_not_found: { status: 404, fault: 'caller', retry: 'never', message: 'The ATS has no such thing.' },
  method_not_allowed: {
    status: 405,
    fault: 'caller',
    retry: 'never',
    message: 'This address does not answer that method.',
  },
  conflict: {
    status: 409,
    fault: 'caller',
    retry: 'after_change',
    message: 'The request does not fit the current state.',
  },
  state_conflict: {
    status: 409,
    fault: 'caller',
    retry: 'never',
    message: 'The assessment cannot make this change of state.',
  },
  integration_not_connected: {
    status: 409,
    fault: 'caller',
    retry: 'after_change',
    message: 'This integration is not connected to its ATS.',
  },
  needs_relink: {
    status: 409,
    fault: 'caller',
    retry: 'after_reconnect',
    message: 'The ATS no longer accepts this connection; the customer has to connect again.',
  },
  idempotency_conflict: {
    status: 409,
    fault: 'caller',
    retry: 'never',
    message: 'This Idempotency-Key was used with another request.',
  },
  idempotency_running: {
    status: 409,
    fault: 'caller',
    retry: 'later',
    message: 'The first request with this Idempotency-Key is still running.',
  },
  outcome_unknown: {
    status: 409,
    fault: 'hub',
    retry: 'never',
    message: 'A first request was cut off; whether it took effect is unknown.',
  },
  cursor_expired: {
    status: 410,
    fault: 'caller',
    retry: 'never',
    message: 'The cursor is older than the events that are kept.',
  },
  body_too_large: { status: 413, fault: 'caller', retry: 'never', message: 'The body is larger than 1 MB.' },
  unsupported_media_type: {
    status: 415,
    fault: 'caller',
    retry: 'never',
    message: 'The body must be application/json.',
  },
  invalid_input: { status: 422, fault: 'caller', retry: 'never', message: 'Some fields are not acceptable.' },
  unsupported: {
    status: 422,
    fault: 'caller',
    retry: 'never',
    message: 'This ATS does not take some of these fields.',
  },
  credentials_refused: {
    status: 422,
    fault: 'caller',
    retry: 'after_change',
    message: 'The ATS refused these credentials.',
  },
  provider_rejected: {
    status: 422,
    fault: 'caller',
    retry: 'never',
    message: 'The ATS did not accept what was sent.',
  },
  unsafe_target: { status: 422, fault: 'caller', retry: 'never', message: 'This address is not one the hub may call.' },
  rate_limited: { status: 429, fault: 'caller', retry: 'later', message: 'This API key has used up its rate.' },
  provider_rate_limited: {
    status: 429,
    fault: 'provider',
    retry: 'later',
    message: 'The ATS takes no more requests for the moment.',
  },
  internal: {
    status: 500,
    fault: 'hub',
    retry: 'later',
    message: 'Something went wrong in the hub; it has been logged.',
  },
  capability_unsupported: { status: 501, fault: 'provider', retry: 'never', message: 'This ATS does not offer that.' },
  provider_unauthorized: {
    status: 502,
    fault: 'provider',
    retry: 'after_reconnect',
    message: 'The ATS refused our credentials.',
  },
  provider_forbidden: {
    status: 502,
    fault: 'provider',
    retry: 'after_reconnect',
    message: 'The credentials lack the permission for this call.',
  },
  provider_bad_reply: {
    status: 502,
    fault: 'provider',
    retry: 'later',
    message: 'The ATS answered with something we cannot read.',
  },
  provider_cursor_expired: {
    status: 502,
    fault: 'provider',
    retry: 'later',
    message: 'The ATS no longer knows where the list was read to; it has to be read from its beginning.',
  },
  provider_unavailable: { status: 502, fault: 'provider', retry: 'later', message: 'The ATS did not answer.' },
  unavailable: {
    status: 503,
    fault: 'hub',
    retry: 'later',
    message: 'The hub cannot reach its database; try again in a moment.',
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;
