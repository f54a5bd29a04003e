import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/ports.js';
import { processesNaming } from '../support/processes.js';
import { until } from '../support/until.js';

const ROOT = join(import.meta.dirname, '..', '..');
const READY_WITHIN_MS = 60_000;

describe('npm start', () => {
  let folder: string;
  let dataDir: string;
  let output: string;
  let launcher: ChildProcess;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atsume-launcher-'));
    chmodSync(folder, 0o711);
    dataDir = join(folder, 'data');
    output = '';
  });
  afterEach(async () => {
    for (const pid of processesNaming(dataDir)) process.kill(pid, 'SIGINT');
    await until(() => processesNaming(dataDir).length === 0, {
      withinMs: 40_000,
      what: 'the end of what the test left',
    });
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts it in a process group of its own, as a terminal does, and waits until it says that it is ready. */
  async function launch(command: string, args: string[]): Promise<void> {
    // npm names the Node in front of the path; the data folder's name is how the test finds what belongs to it.
    const env = { ...process.env, PORT: String(await freePort()), ATSUME_DATA_DIR: dataDir, NODE_ENV: 'production' };
    launcher = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    launcher.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    launcher.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(
      () => {
        if (launcher.exitCode !== null) throw new Error(`it ended:\n${output.slice(-4000)}`);
        return output.includes('Atsume is ready');
      },
      { withinMs: READY_WITHIN_MS, what: 'the line that says it is ready' },
    );
  }

  /** A Node that is not the project's, as on a machine that has one already: the launcher has to start ours. */
  function makeOtherNode(): string {
    const path = join(folder, 'node');
    copyFileSync(process.execPath, path);
    chmodSync(path, 0o755);
    return path;
  }

  async function hasEnded(): Promise<number | null> {
    if (launcher.exitCode === null && launcher.signalCode === null) await once(launcher, 'exit');
    return launcher.exitCode;
  }

  function isGroupGone(): boolean {
    try {
      return !process.kill(-(launcher.pid ?? 0), 0);
    } catch {
      return true;
    }
  }

  it('leaves no process behind after Ctrl-C', async () => {
    await launch('npm', ['start']);
    expect(processesNaming(dataDir)).not.toEqual([]);

    process.kill(-(launcher.pid ?? 0), 'SIGINT');

    // Its code is npm's affair: the shell between us and npm dies of the signal too.
    await hasEnded();
    expect(processesNaming(dataDir)).toEqual([]);
    expect(isGroupGone()).toBe(true);
  });

  it('leaves no process behind after Ctrl-C when it had to start the project’s own Node', async () => {
    await launch(makeOtherNode(), ['apps/standalone/start.mjs']);

    process.kill(-(launcher.pid ?? 0), 'SIGINT');

    expect(await hasEnded()).toBe(0);
    expect(processesNaming(dataDir)).toEqual([]);
  });

  it('passes on a SIGTERM that only the launcher got', async () => {
    await launch(makeOtherNode(), ['apps/standalone/start.mjs']);

    launcher.kill('SIGTERM');

    expect(await hasEnded()).toBe(0);
    // Stopping is nothing to be warned of.
    expect(output).toContain('Stopping …');
    expect(output).not.toContain('connection broke');
    expect(processesNaming(dataDir)).toEqual([]);
  });

  it('stops the hub and PostgreSQL when only the launcher is killed', async () => {
    await launch(makeOtherNode(), ['apps/standalone/start.mjs']);

    launcher.kill('SIGKILL');

    await until(() => processesNaming(dataDir).length === 0 && isGroupGone(), {
      withinMs: 40_000,
      what: 'the end of all',
    });
  });
});
