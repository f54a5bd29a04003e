import { setTimeout as pause } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm and the launcher pass on the Ctrl-C that the terminal sent us already: within this time it is the same one. */
const SAME_SIGNAL_MS = 800;
const ABANDON_WITHIN_MS = 1000;

interface Part {
  name: string;
  /** Ends the part in good order. */
  stop: () => Promise<void>;
  /** Ends it without waiting; for the second Ctrl-C. */
  abandon?: () => Promise<void>;
  withinMs: number;
}

/** Ends the process in order: what was started last stops first, each in its time. */
export class Lifecycle {
  private readonly parts: Part[] = [];
  private stoppingSince: number | null = null;

  constructor(private readonly say: (line: string) => void) {}

  /** From here on signals, a broken channel to the launcher and unexpected errors end the process in order. */
  listen(): void {
    for (const signal of SIGNALS) process.on(signal, () => void this.onSignal());
    if (process.connected) process.on('disconnect', () => void this.stop(0));
    // A reader who went away (a closed terminal, `| head`) takes the output along, not the hub.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    process.on('uncaughtException', (error) => void this.fail(error));
    process.on('unhandledRejection', (error) => void this.fail(error));
  }

  get isStopping(): boolean {
    return this.stoppingSince !== null;
  }

  add(part: Part): void {
    this.parts.push(part);
  }

  /** Stops every part and exits. Later calls do nothing. */
  async stop(exitCode: number): Promise<void> {
    if (this.stoppingSince !== null) return;
    this.stoppingSince = Date.now();
    let part: Part | undefined;
    while ((part = this.parts.pop())) await this.stopPart(part);
    process.exit(exitCode);
  }

  async fail(error: unknown): Promise<void> {
    // While stopping, connections break and waiting calls fail: that is what stopping means.
    if (!this.isStopping) process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    await this.stop(1);
  }

  private async onSignal(): Promise<void> {
    if (this.stoppingSince === null) {
      this.say('Stopping … (Ctrl-C again stops at once)');
      return this.stop(0);
    }
    if (Date.now() - this.stoppingSince < SAME_SIGNAL_MS) return;
    const abandoned = Promise.allSettled(this.parts.map(({ abandon = () => Promise.resolve() }) => abandon()));
    await Promise.race([abandoned, pause(ABANDON_WITHIN_MS)]);
    process.exit(130);
  }

  private async stopPart({ name, stop, withinMs }: Part): Promise<void> {
    const timeout = new AbortController();
    const late = pause(withinMs, 'late', { signal: timeout.signal }).catch(() => 'done');
    try {
      if ((await Promise.race([stop(), late])) === 'late') this.say(`${name} did not stop within ${withinMs / 1000} s`);
    } catch (error) {
      this.say(`${name} did not stop cleanly: ${(error as Error).message}`);
    } finally {
      timeout.abort();
    }
  }
}
