import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childrenOf, residentMb } from '../cpu.ts';
import { startProcess } from '../processes.ts';
import { median, type Figure } from '../report.ts';

const ROUNDS = 5;

/** `npm start` with nothing to install, embedded PostgreSQL and sandbox included: time until it answers, and memory once it idles. */
export async function benchStart(): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'atsume-bench-start-'));
  const ready: number[] = [];
  let memoryMb = 0;
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const hub = await startProcess(
        'apps/standalone/start.mjs',
        { ATSUME_DATA_DIR: join(home, 'data'), ATSUME_LOG_LEVEL: 'warn' },
        '/readyz',
      );
      // The first start also initialises the database; it is not the figure.
      if (round > 0) ready.push(hub.readyAfterMs);
      if (round === ROUNDS) {
        await pause(10_000);
        memoryMb = nodeMb(hub.child.pid ?? 0);
      }
      await hub.stop();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return [
    { name: 'ready after npm start, nothing to install', value: median(ready) / 1000, unit: 's', aim: '≤ 5 s' },
    { name: 'memory of our processes, idle', value: memoryMb, unit: 'MB', aim: '≤ 300 MB' },
  ];
}

/** Resident memory of a process and its Node children, PostgreSQL left out (Linux). */
function nodeMb(pid: number): number {
  const isPostgres = readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  return childrenOf(pid).reduce((sum, child) => sum + nodeMb(child), isPostgres ? 0 : residentMb(pid));
}
