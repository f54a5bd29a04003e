import pg from 'pg';

/** Longer than the server's own limit on a statement, so that a server that still works gets to say so itself. */
export const ANSWER_WITHIN_MS = 35_000;

export interface ImpatientClientOptions extends pg.ClientConfig {
  answerWithinMs?: number;
}

/**
 * A connection that closes itself when a statement gets no answer in time: from a server that hangs, or is gone without
 * a word. `pg`'s own `query_timeout` only tells whoever waits; the connection would go back into its pool, with an answer
 * still to come, for the next one to hang on. A closed one leaves every pool, and everything that waits for it fails.
 */
export class ImpatientClient extends pg.Client {
  private readonly answerWithinMs: number;
  private timer: NodeJS.Timeout | null = null;

  constructor(options: ImpatientClientOptions) {
    super(options);
    this.answerWithinMs = options.answerWithinMs ?? ANSWER_WITHIN_MS;
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((...given: unknown[]) => {
      this.wait();
      return query(...given);
    }) as typeof this.query;
    // Every statement has its answer.
    this.on('drain', () => this.stopWaiting());
    this.on('end', () => this.stopWaiting());
  }

  private wait(): void {
    this.stopWaiting();
    this.timer = setTimeout(() => {
      // Where the whole process was held up, the answer may be here and unread.
      setImmediate(() => this.timer && this.giveUp());
    }, this.answerWithinMs).unref();
  }

  private stopWaiting(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private giveUp(): void {
    const error = new Error(`PostgreSQL has not answered for ${this.answerWithinMs} ms`);
    this.connection.stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  }
}
