import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Backend, type Figure, printFigures } from './report.ts';

/** Every part, loaded when it is wanted. */
const PARTS: Record<string, (backends: Backend[]) => Promise<Figure[]>> = {
  intake: async (backends) => (await import('./parts/intake.ts')).benchIntake(backends),
  latency: async (backends) => (await import('./parts/latency.ts')).benchLatency(backends),
  commit: async (backends) => (await import('./parts/commit.ts')).benchCommit(backends),
  drain: async (backends) => (await import('./parts/drain.ts')).benchDrain(backends, process.env.BENCH_CASE),
  sustained: async (backends) => (await import('./parts/sustained.ts')).benchSustained(backends),
  isolation: async (backends) =>
    (await import('./parts/isolation.ts')).benchIsolation(backends, process.env.BENCH_CASE),
  big: async (backends) => (await import('./parts/big.ts')).benchBig(backends),
  workers: async (backends) => (await import('./parts/workers.ts')).benchWorkers(backends),
  'first-sync': async () => (await import('./parts/first-sync.ts')).benchFirstSync(process.env.BENCH_CASE),
  delta: async () => (await import('./parts/delta.ts')).benchDelta(),
  reads: async () => (await import('./parts/reads.ts')).benchReads(),
  passthrough: async () => (await import('./parts/passthrough.ts')).benchPassthrough(),
  start: async () => (await import('./parts/start.ts')).benchStart(),
  memory: async (backends) => (await import('./parts/memory.ts')).benchMemory(backends),
};
const ONLY_NAMED = ['memory'];

/** `npm run bench [part …] [--backend redis|postgres|both]`: every figure beside its floor from the same run. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string', default: 'both' } },
});
const unknown = positionals.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  throw new Error(`no part is called ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
}
const backends = backendsOf(values.backend);
const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS).filter((name) => !ONLY_NAMED.includes(name));
const figures: Figure[] = [];
// Many processes end with this one.
process.setMaxListeners(50);
// PostgreSQL is stopped by a hook of its own; this is for what hangs, and for when there is none.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => setTimeout(() => process.exit(1), 5_000));
console.log(
  `Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const name of wanted) {
  console.log(`${name} …`);
  try {
    figures.push(...(await PARTS[name]!(backends)));
  } catch (error) {
    // What the other parts measured is not lost with this one.
    console.error(error);
    process.exitCode = 1;
  }
}
printFigures(figures);

function backendsOf(name: string): Backend[] {
  if (name === 'both') return ['redis', 'postgres'];
  if (name === 'redis' || name === 'postgres') return [name];
  throw new Error(`--backend is redis, postgres or both, not ${name}`);
}
