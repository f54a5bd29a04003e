import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runQuietly } from './command.mjs';
import { ROOT, findProjectNode } from './project.mjs';

const DIST = join(ROOT, 'dist');
const WEB = join('apps', 'sandbox', 'web');
const CODE = ['apps', 'libs', 'connectors', 'migrations'];
const SETTINGS = ['tsconfig.json', join('.config', 'tsconfig.build.json')];

/** What is built, each from sources of its own: a change in one leaves the other alone. */
const PARTS = [
  {
    name: 'code',
    sources: () => [...CODE.flatMap(listFiles).filter(isCode), ...SETTINGS],
    outputs: (sources) => sources.filter((path) => /(?<!\.d)\.ts$/.test(path)).map(toOutput),
    build: buildCode,
  },
  {
    name: 'page',
    sources: () => listFiles(WEB),
    outputs: (sources) => (sources.length ? [join('dist', WEB, 'index.html')] : []),
    build: buildPage,
  },
];

/** The parts whose outputs do not belong to the sources as they are now. Reads no file's content: a few milliseconds. */
export function listStaleParts() {
  return PARTS.filter((part) => {
    const sources = part.sources();
    const kept = existsSync(stampOf(part)) ? readFileSync(stampOf(part), 'utf8') : '';
    return kept !== fingerprint(sources) || !part.outputs(sources).every((path) => existsSync(join(ROOT, path)));
  });
}

/** Builds these parts. Sources changed meanwhile are noticed by the next look. */
export async function compile(parts) {
  mkdirSync(DIST, { recursive: true });
  await Promise.all(
    parts.map(async (part) => {
      const sources = part.sources();
      const stamp = fingerprint(sources);
      await part.build(part.outputs(sources));
      writeFileSync(stampOf(part), stamp);
    }),
  );
}

async function buildCode(outputs) {
  // tsc believes its notes over the disk: with an output missing it has to start afresh.
  if (!outputs.every((path) => existsSync(join(ROOT, path)))) rmSync(join(DIST, '.tsbuildinfo'), { force: true });
  await runQuietly(findProjectNode(), ['node_modules/typescript/bin/tsc', '-p', '.config/tsconfig.build.json']);
  const wanted = new Set(outputs);
  // Folders are read at start (connectors, migrations): what has lost its source must not be found there.
  for (const folder of CODE) removeStale(join('dist', folder), wanted);
}

async function buildPage(outputs) {
  if (outputs.length === 0) return;
  const args = ['build', '--config', join(WEB, 'vite.config.ts'), '--emptyOutDir', '--logLevel', 'warn'];
  const env = { ...process.env, NODE_ENV: 'production' };
  await runQuietly(findProjectNode(), ['node_modules/vite/bin/vite.js', ...args], { env });
}

function removeStale(folder, wanted) {
  if (!existsSync(join(ROOT, folder)) || folder === join('dist', WEB)) return;
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeStale(path, wanted);
    else if (!wanted.has(path.replace(/\.map$/, ''))) rmSync(join(ROOT, path));
  }
  if (readdirSync(join(ROOT, folder)).length === 0) rmdirSync(join(ROOT, folder));
}

function listFiles(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

function isCode(path) {
  const isTest = /\.(e2e-)?spec\.ts$/.test(path) || /^libs[\\/][^\\/]+[\\/]testing[\\/]/.test(path);
  return path.endsWith('.ts') && !isTest && !path.startsWith(WEB);
}

function toOutput(source) {
  return join('dist', source.replace(/\.ts$/, '.js'));
}

function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const path of sources) {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function stampOf(part) {
  return join(DIST, `.stamp-${part.name}`);
}
