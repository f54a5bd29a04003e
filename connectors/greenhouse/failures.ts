import { type PartnerFailure, type PartnerFailureKind, type PartnerResponse, text } from '#libs/connector-kit';

// Greenhouse defines 401 and 404 only; 422 with a sentence is for the people who read its logs.
const STATUS: Partial<Record<PartnerFailureKind, number>> = {
  unauthorized: 401,
  not_found: 404,
  method_not_allowed: 404,
  unavailable: 503,
  internal: 500,
};

/** A refusal as Greenhouse understands it, in plain text. */
export function renderFailure({ kind, reasons }: PartnerFailure): PartnerResponse {
  return text(STATUS[kind] ?? 422, reasons.join('\n'));
}
