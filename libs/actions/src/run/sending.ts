import type { ActionContext, ApiReply, ApiRequest } from '#libs/connector-kit';
import { type Access, type Engine, UpstreamFailure } from '#libs/engine';
import { HubError } from '#libs/errors';

/** Ends an action whose writing is only to be shown. */
class DryRunOver extends Error {
  override readonly name = 'DryRunOver';
}

export interface SendingOptions {
  isDryRun: boolean;
  /** The ATS's id of a user. */
  onBehalfOf: string | null;
  /** Of the call of our API; kept in the request log. */
  requestId: string;
}

/** What one run of an action sends, and what became of it. */
export class Sending implements ActionContext {
  /** The writes that the ATS took, in their order. */
  readonly taken: string[] = [];
  /** Of a dry run: the first request that would write. */
  wouldSend: ApiRequest | null = null;
  readonly onBehalfOf: string | null;

  constructor(
    private readonly engine: Engine,
    private readonly access: Access,
    private readonly options: SendingOptions,
  ) {
    this.onBehalfOf = options.onBehalfOf;
  }

  /** @throws HubError outcome_unknown when a write got no answer, and what the engine throws. */
  readonly send = async (request: ApiRequest): Promise<ApiReply> => {
    if (request.method === 'GET') return this.exchange(request);
    if (this.options.isDryRun) {
      this.wouldSend ??= request;
      throw new DryRunOver();
    }
    try {
      const reply = await this.exchange(request);
      this.taken.push(`${request.method} ${request.path}`);
      return reply;
    } catch (error) {
      throw request.isRepeatable ? error : orUnknown(error);
    }
  };

  private exchange(request: ApiRequest): Promise<ApiReply> {
    const { onBehalfOf, requestId } = this.options;
    const acting = onBehalfOf === null ? undefined : this.access.version.onBehalfOf?.(onBehalfOf);
    const asked = acting ? { ...request, headers: { ...request.headers, ...acting } } : request;
    return this.engine.send(this.access, asked, { priority: 'interactive', requestId });
  }
}

/** A write that may have happened must not look like one that may be sent again. */
function orUnknown(error: unknown): unknown {
  const failure = error instanceof HubError ? error.cause : undefined;
  if (!(failure instanceof UpstreamFailure) || !failure.mayHaveHappened) return error;
  return outcomeUnknown((error as HubError).detail, error);
}

/** @param what one sentence about what happened. */
export function outcomeUnknown(what: string, cause: unknown): HubError {
  const detail = `${what} Whether it did what was asked is unknown: look there before you send it again.`;
  return new HubError('outcome_unknown', { detail }, { cause });
}
