/** Where the statement that uses the fragment has what an event is matched by: parameters (`$1`) or columns (`d.type`). */
export interface MatchedBy {
  account: string;
  type: string;
  /** May be null in the data: then only endpoints without an integration filter match. */
  integration: string;
}

/**
 * The WHERE condition over `webhook_endpoints w` that selects the subscribers of an event. Every statement that
 * inserts an event uses it, so that all of them agree on who gets it.
 *
 * @example
 * `SELECT w.id FROM webhook_endpoints w WHERE ${matchingEndpointsSql({ account: '$1', type: '$2', integration: '$3' })}`
 */
export function matchingEndpointsSql({ account, type, integration }: MatchedBy): string {
  return `w.account_id = ${account} AND w.kind = 'WEBHOOK' AND w.status = 'ENABLED' AND w.deleted_at IS NULL
    AND (w.event_types IS NULL OR ${type} = ANY (w.event_types))
    AND (w.integration_ids IS NULL OR ${integration} = ANY (w.integration_ids))`;
}
