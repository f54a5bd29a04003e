/** Why a consent came to nothing, as the customer and the product's page are told. */
export type ConsentError =
  | 'access_denied'
  | 'state_unknown'
  | 'state_expired'
  | 'state_used'
  | 'exchange_failed'
  | 'credentials_refused'
  | 'wrong_organisation'
  | 'not_available';

/** Ends a consent; the integration keeps the state it had. */
export class ConsentFailed extends Error {
  constructor(
    readonly error: ConsentError,
    /** One sentence for the customer; never a secret. */
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ConsentFailed';
  }
}
