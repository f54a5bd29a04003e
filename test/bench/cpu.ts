import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/**
 * Processor seconds a process and everything below it has used so far, those that ended included; NaN where there is no
 * `/proc`.
 */
export function cpuSeconds(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  return [pid, ...below(pid)].reduce((sum, one) => sum + ticks(one), 0) / TICKS_PER_SECOND;
}

/** Resident memory of one process, in MB. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** Direct children; none when the process has ended meanwhile. */
export function childrenOf(pid: number): number[] {
  return lines(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function below(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...below(child)]);
}

/** Own time and that of children that have ended. */
function ticks(pid: number): number {
  const fields = lines(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

/** Nothing for a process that ended a moment ago: its parent has its time. */
function lines(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The most resident memory that one process ever had, in MB. */
export function peakMb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
