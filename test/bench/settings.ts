/** What can be tried out smaller or longer; the documented figures are those of the defaults. */
export const ROUNDS = setting('BENCH_ROUNDS', 5);
export const SECONDS = setting('BENCH_SECONDS', 8);
/** Rows of a drained backlog. */
export const BACKLOG = setting('BENCH_BACKLOG', 50_000);

/** Arguments for Node in the hub's processes, `--cpu-prof` for one. */
export const NODE_ARGUMENTS = (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter(Boolean);

export function setting(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a number above 0`);
  return value;
}
