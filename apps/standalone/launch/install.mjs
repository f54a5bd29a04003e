import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './command.mjs';
import { findProjectNode, ROOT } from './project.mjs';

const STAMP = join(ROOT, 'node_modules', '.atsume-install');

/** Whether node_modules holds what package-lock.json says, for this machine, development tools included. */
export function isInstalled() {
  if (!findProjectNode()) return false;
  const wanted = stamp();
  if (readOr(STAMP, '') === wanted) return true;
  // Someone ran npm by hand: believe it only after looking at every package.
  if (!isComplete()) return false;
  writeFileSync(STAMP, wanted);
  return true;
}

/** Installs exactly what the lockfile says. Development tools too, whatever NODE_ENV says: the build needs them. */
export async function install() {
  const env = { ...process.env, NODE_ENV: 'development', npm_config_ignore_scripts: 'false' };
  await runQuietly(...npm(['ci', '--include=dev', '--include=optional', '--no-progress', '--loglevel=error']), {
    env,
    ...npmShell(),
  });
  writeFileSync(STAMP, stamp());
}

function stamp() {
  const lockfile = readFileSync(join(ROOT, 'package-lock.json'));
  return `${createHash('sha256').update(lockfile).digest('hex')} ${process.platform}-${process.arch}\n`;
}

/** npm keeps a lockfile of what it really installed; optional packages are for other machines. */
function isComplete() {
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readOr(join(ROOT, 'node_modules', '.package-lock.json'), '{}')).packages ?? {};
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  );
}

/**
 * The npm that started us, on the Node that it runs on: ours lies in the folder npm is about to replace.
 * Without one (`node apps/standalone/start.mjs`), the npm on the path.
 */
function npm(args) {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (!script?.endsWith('npm-cli.js') || !existsSync(script)) return ['npm', args];
  return [node && existsSync(node) ? node : process.execPath, [script, ...args]];
}

function npmShell() {
  // npm is npm.cmd there, which only a shell can run.
  return process.platform === 'win32' && !process.env.npm_execpath ? { shell: true } : {};
}

function readOr(path, otherwise) {
  return existsSync(path) ? readFileSync(path, 'utf8') : otherwise;
}
