import { ALL_SCOPES } from '../v3/scopes.js';
import type { Client } from './clients.js';

/** What a client may have: webhooks through the API are for partners, whatever a customer ticks. */
export function approvedFor({ kind, scopes }: Client): readonly string[] {
  const approved = scopes ?? ALL_SCOPES;
  return kind === 'partner' ? approved : approved.filter((scope) => !scope.startsWith('harvest:webhooks:'));
}
