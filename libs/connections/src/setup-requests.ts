import type { Queryable } from '#libs/store';

/** What a customer wrote who asks an operator to connect its ATS. */
export interface SetupRequest {
  note: string | null;
  contactEmail: string | null;
  /** RFC 3339. */
  requestedAt: string;
}

/** The request is kept with its integration until its status is another one. */
export const SetupRequests = {
  async save(tx: Queryable, accountId: string, integrationId: string, request: SetupRequest): Promise<void> {
    await tx.query('UPDATE integrations SET setup_request = $3 WHERE account_id = $1 AND id = $2', [
      accountId,
      integrationId,
      JSON.stringify(request),
    ]);
  },

  async find(on: Queryable, accountId: string, integrationId: string): Promise<SetupRequest | null> {
    const [row] = await on.query<{ request: SetupRequest | null }>(
      'SELECT setup_request AS request FROM integrations WHERE account_id = $1 AND id = $2',
      [accountId, integrationId],
    );
    return row?.request ?? null;
  },
};
