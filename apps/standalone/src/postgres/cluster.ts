import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { DataFolder } from '../data-folder.js';
import { type Account, canReach, chooseAccount } from './account.js';
import { type Binaries, SYSTEM_FOLDER, makeSystemFolder } from './binaries.js';

const run = promisify(execFile);

/** The server cannot be had; the message, one line, ends with its own last words. */
export class ServerFailed extends Error {}

/** The superuser inside the cluster. */
export const DATABASE_USER = 'atsume';

/** Kept in the data folder when the cluster is not in it: where it is. */
const POINTER = 'postgres.location';
const DRAFT = /^pg\.new-/;
const DRAFT_ABANDONED_AFTER_MS = 600_000;

/** PostgreSQL's own folder, and who the server runs as. */
export interface Cluster {
  path: string;
  account: Account;
}

/**
 * Finds the cluster of a data folder, or says where a new one goes: into it, or, where the server's user cannot
 * reach it (a clone under /root, a parent only its owner enters), beside the system's other data.
 */
export async function locateCluster(folder: DataFolder): Promise<Cluster> {
  const pointer = await folder.read(POINTER);
  const inside = folder.file('pg');
  const path = pointer ?? inside;
  const account = await chooseAccount(path);
  if (pointer !== null || existsSync(inside) || (await canReach(account, folder.path))) return { path, account };
  const home = join(SYSTEM_FOLDER, createHash('sha256').update(folder.path).digest('hex').slice(0, 16));
  await makeSystemFolder(home);
  await setAside(join(home, 'pg'));
  return { path: await folder.keep(POINTER, () => join(home, 'pg')), account };
}

/** A cluster nobody points to any more: its data folder was deleted, and with it the password and the encryption key. */
async function setAside(path: string): Promise<void> {
  if (existsSync(path)) await rename(path, `${path}.old-${Date.now()}`);
}

/** Makes the cluster if there is none. Half a cluster is never left: it is made beside and renamed. */
export async function createCluster({ path, account }: Cluster, binaries: Binaries, password: string): Promise<void> {
  if (existsSync(join(path, 'PG_VERSION'))) return;
  await removeAbandonedDrafts(dirname(path));
  const draft = join(dirname(path), `pg.new-${process.pid}`);
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await chmod(draft, 0o700);
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) for (const file of [draft, passwordFile]) await chown(file, account.uid, account.gid);
    await run(binaries.initdb, initdbArguments(draft, passwordFile), {
      ...(account && { uid: account.uid, gid: account.gid }),
      cwd: process.platform === 'win32' ? dirname(path) : '/',
      env: serverEnvironment(),
    });
    await rename(draft, path);
  } catch (error) {
    // Another start was faster: its cluster has the same password, which is kept in the folder.
    if (existsSync(join(path, 'PG_VERSION'))) return;
    const { stderr, message } = error as Error & { stderr?: string };
    throw new ServerFailed(`PostgreSQL's folder could not be made: ${(stderr ?? '').trim().split('\n')[0] || message}`);
  } finally {
    for (const file of [draft, passwordFile]) await rm(file, { recursive: true, force: true });
  }
}

function initdbArguments(folder: string, passwordFile: string): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${DATABASE_USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--locale=C',
    '--encoding=UTF8',
    '--no-instructions',
  ];
}

/** Nothing of our own environment, which may hold keys, is handed to the server; other users could read it there. */
export function serverEnvironment(): Record<string, string> {
  const { PATH = '', SystemRoot = '' } = process.env;
  return { PATH, LC_ALL: 'C', ...(SystemRoot && { SystemRoot }) };
}

/** What initdb leaves behind when it is killed. */
async function removeAbandonedDrafts(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((entry) => DRAFT.test(entry))) {
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > DRAFT_ABANDONED_AFTER_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}
