import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hasPostmasterFile, isServerOf, readPostmaster, removePostmasterFile } from './postmaster-file.js';

describe('what a server notes about itself', () => {
  let cluster: string;

  beforeEach(() => {
    cluster = mkdtempSync(join(tmpdir(), 'atsume-cluster-'));
  });
  afterEach(() => rmSync(cluster, { recursive: true, force: true }));

  it('is its process, its port and whether it is ready', () => {
    writeFileSync(
      join(cluster, 'postmaster.pid'),
      `4711\n${cluster}\n1795252063\n5433\n\n127.0.0.1\n123 456\nready   \n`,
    );

    expect(readPostmaster(cluster)).toEqual({ pid: 4711, port: 5433, status: 'ready' });
  });

  it('may be half written', () => {
    writeFileSync(join(cluster, 'postmaster.pid'), '4711\n');

    expect(readPostmaster(cluster)).toMatchObject({ pid: 4711, status: '' });
  });

  it.each(['', 'no number\n', '-4711\n'])('is nothing when it reads %j', (content) => {
    writeFileSync(join(cluster, 'postmaster.pid'), content);

    expect(readPostmaster(cluster)).toBeNull();
  });

  it('can be missing, and be forgotten twice', () => {
    removePostmasterFile(cluster);

    expect(readPostmaster(cluster)).toBeNull();
    expect(hasPostmasterFile(cluster)).toBe(false);
  });
});

describe('the process of that number', () => {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  /** A process that calls itself like this and does nothing. */
  function pretend(...args: string[]): number {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', '--', ...args], { stdio: 'ignore' });
    started.push(child);
    return child.pid ?? 0;
  }

  it('is our server when it is a postgres on this folder', async () => {
    expect(await isServerOf(pretend('/bin/postgres', '-D', '/data/pg', '-p', '1'), '/data/pg')).toBe(true);
  });

  it('is not when it is a postgres on another one, be its name the longer', async () => {
    expect(await isServerOf(pretend('/bin/postgres', '-D', '/data/pg2', '-p', '1'), '/data/pg')).toBe(false);
  });

  it('is not when it is another program, or gone', async () => {
    expect(await isServerOf(pretend('vi', '/data/pg', 'x'), '/data/pg')).toBe(false);
    expect(await isServerOf(2_147_483_646, '/data/pg')).toBe(false);
  });
});
