import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startProcess } from './processes.ts';
import { median, type Figure } from './report.ts';

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
        memoryMb = residentMb(hub.child.pid ?? 0);
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
function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const own = /^Name:\s+postgres$/m.test(status) ? 0 : Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return own + children.reduce((sum, child) => sum + residentMb(child), 0);
}
