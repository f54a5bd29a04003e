import type { PartnerResponse } from './partner-http.js';

/** A JSON answer to the ATS. */
export function json(status: number, body: unknown): PartnerResponse {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}

/** A plain-text answer to the ATS. */
export function text(status: number, body: string): PartnerResponse {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

/** An answer without a body (204, 202 …). */
export function empty(status: number): PartnerResponse {
  return { status, contentType: null, body: '' };
}
