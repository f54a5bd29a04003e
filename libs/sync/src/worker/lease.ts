/** Somebody else has the run, or it was cancelled: nothing more may be written for it. */
export class LeaseLostError extends Error {
  constructor() {
    super('the run is no longer ours');
    this.name = 'LeaseLostError';
  }
}

/** This process stops: the run goes on elsewhere, at the page after the last one saved. */
export class StoppedError extends Error {
  constructor() {
    super('the process stops');
    this.name = 'StoppedError';
  }
}

/** One worker's hold on a run. Statements that write name the owner, which is another one at every claim. */
export class Lease {
  private readonly controller = new AbortController();

  constructor(
    readonly runId: string,
    readonly owner: string,
  ) {}

  /** Aborts what is being read; what is being saved is saved. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(why: LeaseLostError | StoppedError): void {
    if (!this.signal.aborted) this.controller.abort(why);
  }

  /** @throws LeaseLostError or StoppedError once it is over. */
  assertHeld(): void {
    if (this.signal.aborted) throw this.signal.reason;
  }
}
