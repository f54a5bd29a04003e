import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareOrExit } from '../apps/standalone/launch/prepare.mjs';
import { ROOT, findProjectNode } from '../apps/standalone/launch/project.mjs';

// `npm test`: installs and builds what is missing, runs Jest on the project's Node, and names what this machine could not
// run. Arguments go to Jest. With CI=true a missing Redis server or browser fails the tests that need it.
const folder = mkdtempSync(join(tmpdir(), 'atsume-test-run-'));
const leftOut = join(folder, 'left-out');
await prepareOrExit();

const nodeArgs = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const jest = [join('node_modules', 'jest', 'bin', 'jest.js'), '--config', join('test', 'jest.config.mjs')];
const child = spawn(findProjectNode(), [...nodeArgs, ...jest, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'test', ATSUME_TEST_LEFT_OUT: leftOut },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('close', (code) => {
  if (existsSync(leftOut)) nameLeftOut(readFileSync(leftOut, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});

function nameLeftOut(lines) {
  const entries = [...new Set(lines.trim().split('\n'))].map((line) => JSON.parse(line));
  process.stderr.write('\nLeft out, because this machine lacks what they need:\n');
  for (const { name, what } of entries) process.stderr.write(`  - ${name} (needs ${what})\n`);
}
