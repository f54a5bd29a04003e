import { readFileSync, readdirSync } from 'node:fs';

/** Whether this process runs. One that ended and that nobody has collected yet does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || statOf(pid).state !== 'Z';
  } catch {
    return false;
  }
}

/** The processes whose parent is this one. Linux only. */
export function childrenOf(pid: number): number[] {
  return listProcesses().filter((candidate) => statOf(candidate).parent === pid);
}

/** The running processes with this text in their command line. Linux only. */
export function processesNaming(text: string): number[] {
  return listProcesses().filter((pid) => commandOf(pid).includes(text) && isAlive(pid));
}

function listProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function statOf(pid: number): { state: string; parent: number } {
  try {
    // The name before it stands in brackets and may hold anything.
    const [state = '', parent] =
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .split(/\) (?=\w )/)[1]
        ?.split(' ') ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return { state: '', parent: 0 };
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
