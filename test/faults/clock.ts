import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
];

/** What libfaketime is preloaded from; null on a machine without it. */
export const faketime = LIBRARIES.find((path) => existsSync(path)) ?? null;

/** Whose clock is meant: the database server's, or that of the hub's processes. */
export type Keeper = 'postgres' | 'hub';

/** Wall clocks that can be moved while their processes run. The monotonic clock, which timers run by, goes on as it does. */
export class Clock {
  private readonly folder = mkdtempSync(join(tmpdir(), 'atsume-clock-'));

  private readonly callOffRemoval = atExit(() => this.remove());

  constructor() {
    // The server of PostgreSQL runs as a user of its own.
    chmodSync(this.folder, 0o755);
    this.shift('postgres', 0);
    this.shift('hub', 0);
  }

  /** Environment of a process that goes by this clock. */
  environment(keeper: Keeper): Record<string, string> {
    return {
      LD_PRELOAD: faketime ?? '',
      FAKETIME_TIMESTAMP_FILE: this.file(keeper),
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DISABLE_SHM: '1',
    };
  }

  /** Sets a clock so many seconds before or after the real one; seen by everyone within two seconds. */
  shift(keeper: Keeper, seconds: number): void {
    writeFileSync(this.file(keeper), `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`, { mode: 0o644 });
  }

  remove(): void {
    this.callOffRemoval();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(keeper: Keeper): string {
    return join(this.folder, keeper);
  }
}
