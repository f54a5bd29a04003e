import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolder } from './data-folder.js';

describe('a data folder', () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'atsume-folder-'));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('is made with all that leads to it', async () => {
    const folder = await DataFolder.open(join(parent, 'a', 'b'));

    expect(statSync(folder.path).isDirectory()).toBe(true);
  });

  it('makes a secret once, readable by its owner only, and gives the same one ever after', async () => {
    const folder = await DataFolder.open(parent);
    const first = await folder.keep('a.key', () => 'first');
    const second = await folder.keep('a.key', () => 'second');

    expect([first, second]).toEqual(['first', 'first']);
    expect(statSync(folder.file('a.key')).mode & 0o777).toBe(0o600);
  });

  it('gives starts that come at once the same secret, and leaves no draft', async () => {
    const folder = await DataFolder.open(parent);

    const secrets = await Promise.all(Array.from({ length: 8 }, (_, n) => folder.keep('a.key', () => `made by ${n}`)));

    expect(new Set(secrets).size).toBe(1);
    expect(readdirSync(parent)).toEqual(['a.key']);
  });

  it('keeps the mode of a folder that others use too', async () => {
    writeFileSync(join(parent, 'someone-elses'), '');
    const before = statSync(parent).mode;

    await DataFolder.open(parent);

    expect(statSync(parent).mode).toBe(before);
  });

  it('is refused with a line that names the variable where it cannot be', async () => {
    writeFileSync(join(parent, 'file'), '');

    await expect(DataFolder.open(join(parent, 'file', 'data'))).rejects.toThrow(/^ATSUME_DATA_DIR: .*cannot be used/);
  });
});
