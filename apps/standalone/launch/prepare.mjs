import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError } from './command.mjs';
import { compile, listStaleParts } from './compile.mjs';
import { install, isInstalled } from './install.mjs';
import { LaunchError, ROOT, checkPlatform } from './project.mjs';
import { withProgress } from './progress.mjs';

const LOCK = join(ROOT, 'dist', '.preparing');
const ABANDONED_AFTER_MS = 15_000;

/** Installs and builds what is missing, nothing else. Starts that come at once take turns. */
export async function prepare() {
  checkPlatform();
  if (isReady()) return;
  const unlock = await lock();
  try {
    if (!isInstalled()) await withProgress('Installing packages', install);
    const stale = listStaleParts();
    if (stale.length > 0) await withProgress('Building', () => compile(stale));
  } finally {
    unlock();
  }
}

/** {@link prepare} for a script: a failure is told in plain words and ends the process. */
export async function prepareOrExit() {
  try {
    await prepare();
  } catch (error) {
    if (error instanceof CommandError) process.stderr.write(`${error.output}\n${error.message}\n`.trimStart());
    else if (error instanceof LaunchError) process.stderr.write(`${error.message}\n`);
    else throw error;
    process.exit(1);
  }
}

function isReady() {
  return isInstalled() && listStaleParts().length === 0;
}

async function lock() {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  let waiting = false;
  while (!take()) {
    if (!waiting) process.stdout.write('Another start is installing or building here; waiting for it …\n');
    waiting = true;
    await pause(500);
    if (isAbandoned()) rmSync(LOCK, { force: true });
  }
  const heartbeat = setInterval(() => utimesSync(LOCK, new Date(), new Date()), 2000);
  return () => {
    clearInterval(heartbeat);
    rmSync(LOCK, { force: true });
  };
}

function take() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Its holder is gone: no such process, or one that stopped giving signs of life (the number was used again). */
function isAbandoned() {
  try {
    if (Date.now() - statSync(LOCK).mtimeMs > ABANDONED_AFTER_MS) return true;
    process.kill(Number(readFileSync(LOCK, 'utf8')) || process.pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
