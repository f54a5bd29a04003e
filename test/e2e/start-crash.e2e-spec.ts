import { readFileSync, rmSync, writeFileSync, mkdtempSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Hub, startHub } from '../support/hub.js';
import { childrenOf, isAlive } from '../support/processes.js';
import { until } from '../support/until.js';

const hubs: Hub[] = [];
const folders: string[] = [];

async function start(options: Parameters<typeof startHub>[0] = {}): Promise<Hub> {
  const hub = await startHub({ dataDir: makeFolder(), ...options });
  hubs.push(hub);
  return hub;
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atsume-crash-'));
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
}

function postmasterFile(hub: Hub): string {
  return join(hub.options.dataDir, 'pg', 'postmaster.pid');
}

function postmasterOf(hub: Hub): number {
  return Number(readFileSync(postmasterFile(hub), 'utf8').split('\n')[0]);
}

describe('a start after a crash', () => {
  afterEach(async () => {
    await Promise.all(hubs.splice(0).map((hub) => hub.stop()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it('takes over the PostgreSQL that a killed hub left running', async () => {
    const killed = await start();
    const postmaster = postmasterOf(killed);
    await killed.kill9();
    expect(isAlive(postmaster)).toBe(true);

    const next = await start(killed.options);

    expect(postmasterOf(next)).toBe(postmaster);
    await next.stop();
    expect(isAlive(postmaster)).toBe(false);
  });

  it('starts anew when the whole tree was killed', async () => {
    const killed = await start();
    const postmaster = postmasterOf(killed);
    const tree = [postmaster, ...childrenOf(postmaster)];
    for (const pid of tree) process.kill(pid, 'SIGKILL');
    await killed.kill9();

    const next = await start(killed.options);

    expect(postmasterOf(next)).not.toBe(postmaster);
  });

  it('is not stopped by a note about a server whose number another process has now', async () => {
    const stopped = await start();
    const note = readFileSync(postmasterFile(stopped), 'utf8');
    await stopped.stop();
    writeFileSync(postmasterFile(stopped), note.replace(/^\d+/, String(process.pid)));

    const next = await start(stopped.options);

    expect(postmasterOf(next)).not.toBe(process.pid);
  });

  it('stops a server of its own that does not answer, and starts another', async () => {
    const killed = await start();
    const postmaster = postmasterOf(killed);
    await killed.kill9();
    process.kill(postmaster, 'SIGSTOP');

    const next = await start(killed.options);

    expect(postmasterOf(next)).not.toBe(postmaster);
    expect(isAlive(postmaster)).toBe(false);
  });

  it('is not needed when only PostgreSQL was killed: the hub starts it again', async () => {
    const hub = await start();
    const postmaster = postmasterOf(hub);
    process.kill(postmaster, 'SIGKILL');

    await until(() => hub.output().includes('runs again'), { withinMs: 30_000, what: 'PostgreSQL' });

    expect(postmasterOf(hub)).not.toBe(postmaster);
    await until(async () => (await fetch(`${hub.url}/readyz`)).status === 200, { what: 'a ready hub' });
  });

  it('is possible after a stop that hung and that a second Ctrl-C cut short', async () => {
    const hung = await start();
    const postmaster = postmasterOf(hung);
    process.kill(postmaster, 'SIGSTOP');

    await until(() => hung.process.exitCode !== null || !hung.process.kill('SIGINT'), {
      what: 'the end of the process',
    });

    expect(hung.process.exitCode).toBe(130);
    process.kill(postmaster, 'SIGCONT');
    const next = await start(hung.options);
    expect(postmasterOf(next)).not.toBe(postmaster);
  });
});
