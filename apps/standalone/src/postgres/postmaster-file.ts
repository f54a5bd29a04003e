import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server says about itself in its data folder. */
export interface Postmaster {
  pid: number;
  port: number;
  /** 'ready' once it takes connections. */
  status: string;
}

const FILE = 'postmaster.pid';

/** Reads the server's own note; null when there is none, or none that can be understood. */
export function readPostmaster(cluster: string): Postmaster | null {
  try {
    const lines = readFileSync(join(cluster, FILE), 'utf8').split('\n');
    const pid = Number(lines[0]);
    // A server that was asked to run alone writes a negative number; we never start such a one.
    return pid > 0 ? { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() } : null;
  } catch {
    return null;
  }
}

export function hasPostmasterFile(cluster: string): boolean {
  return existsSync(join(cluster, FILE));
}

/**
 * Forgets a server that is not there. PostgreSQL does so by itself when no process has its number;
 * when some other process got that number since (after a reboot, in a container) it would refuse to start.
 */
export function removePostmasterFile(cluster: string): void {
  rmSync(join(cluster, FILE), { force: true });
}

/** Whether the process of this number is a PostgreSQL server on this very folder. */
export async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  const command = await readCommandLine(pid);
  return /postgres(\.exe)?\b/.test(command) && [' ', '"'].some((end) => command.includes(`${cluster}${end}`));
}

function readCommandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    try {
      return Promise.resolve(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    } catch {
      return Promise.resolve('');
    }
  }
  const [program, args]: [string, string[]] =
    process.platform === 'win32'
      ? [
          'powershell',
          ['-NoProfile', '-Command', `(Get-CimInstance Win32_Process -Filter ProcessId=${pid}).CommandLine`],
        ]
      : ['ps', ['-ww', '-o', 'command=', '-p', String(pid)]];
  return new Promise((resolve) => {
    execFile(program, args, (error, stdout) => resolve(error ? '' : stdout));
  });
}
