import { cpus } from 'node:os';
import { benchIntake } from './intake.ts';
import { benchLatency } from './latency.ts';
import { startPostgres } from './postgres.ts';
import { printFigures, type Figure } from './report.ts';
import { benchStart } from './start.ts';

/** `npm run bench [intake|latency|start …]`: every figure beside its floor from the same run. */
const wanted = process.argv.slice(2);
const figures: Figure[] = [];
const postgres = await startPostgres();
try {
  if (isWanted('intake')) figures.push(...(await benchIntake(postgres.url)));
  if (isWanted('latency')) figures.push(...(await benchLatency(postgres.url)));
} finally {
  await postgres.stop();
}
if (isWanted('start')) figures.push(...(await benchStart()));
console.log(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}`);
printFigures(figures);

function isWanted(name: string): boolean {
  return wanted.length === 0 || wanted.includes(name);
}
