/** Provider of the {@link Bell} of this process. */
export const BELL = Symbol('BELL');

/** Whom a ring reaches. Resolves when it has done with it as far as others need to wait; never rejects. */
export type Hear = (endpointId: string) => Promise<void>;

/**
 * Carries rings, "this endpoint may have work" and nothing else, from the processes that store to those that deliver. A hint:
 * every ring may be lost, or heard twice; what is due is a row in PostgreSQL, and who delivers it is settled by its lease.
 */
export interface Bell {
  /**
   * Rings endpoints, for one of the listeners each.
   * @throws Error when the queue does not take them now.
   */
  ring(endpointIds: readonly string[]): Promise<void>;
  /** Begins to hear rings; goes on by itself when the queue was away for a moment. */
  listen(hear: Hear): void;
  /** Hears no more; the other listeners have all rings from now on. */
  stopListening(): Promise<void>;
  /** @throws Error when the queue does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}
