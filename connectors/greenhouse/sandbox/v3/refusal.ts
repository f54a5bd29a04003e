import type { SandboxResponse } from '#libs/connector-kit';

/** An answer that is not what was asked for, in Greenhouse's words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Record<string, unknown>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${status}`);
    this.name = 'Refusal';
  }

  toResponse(): SandboxResponse {
    return { status: this.status, body: this.body, headers: this.headers };
  }
}

/** What cannot be done as it was asked; an entry is a sentence, or names the field. */
export function unprocessable(...errors: (string | Record<string, string>)[]): Refusal {
  return new Refusal(422, { message: 'Unprocessable Content', errors });
}

export function unauthorized(reason: string): Refusal {
  return new Refusal(401, { message: 'Unauthorized', errors: [reason] });
}

export function forbidden(reason: string): Refusal {
  return new Refusal(403, { message: 'Forbidden', errors: [reason] });
}

/** No such route. */
export function noRoute(): Refusal {
  return new Refusal(404, { message: 'Resource not found' });
}

/** The route is there, the record is not: only then there is an `errors`, and it is one string. */
export function noRecord(what: string): Refusal {
  return new Refusal(404, { message: 'Resource not found', errors: `${what} not found` });
}
