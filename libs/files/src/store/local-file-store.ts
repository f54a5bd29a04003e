import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore, storeKey } from './file-store.js';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
/** Nothing is written for so long: what is older was left by a process that died. */
const LEFT_FOR_MS = 24 * 3_600_000;
/** As {@link LocalFileStore.write} names what is not finished. */
const UNFINISHED = /^[A-Za-z0-9_]{8,64}\.[0-9a-f]{12}\.tmp$/;

/** Files in a folder of this machine, readable by the hub's own user only. */
export class LocalFileStore extends FileStore {
  constructor(private readonly folder: string) {
    super();
  }

  async write(id: string, content: AsyncIterable<Buffer>): Promise<void> {
    const path = join(this.folder, storeKey(id));
    await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
    const unfinished = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const file = await open(unfinished, 'wx', OWNER_ONLY);
      try {
        for await (const chunk of content) await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  async read(id: string): Promise<Readable | null> {
    try {
      const file = await open(join(this.folder, storeKey(id)), 'r');
      return createReadStream('', { fd: file });
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return null;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.folder, storeKey(id)), { force: true });
  }

  /** Removes the unfinished files of processes that died, one folder after the other. Returns how many. */
  async sweep(): Promise<number> {
    let removed = 0;
    for (const outer of await namesIn(this.folder)) {
      for (const inner of await namesIn(join(this.folder, outer))) {
        const folder = join(this.folder, outer, inner);
        const unfinished = (await namesIn(folder)).filter((name) => UNFINISHED.test(name));
        for (const name of unfinished) removed += Number(await removeLeftover(join(folder, name)));
      }
    }
    return removed;
  }
}

/** Nothing for what is no folder, or is gone. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

async function removeLeftover(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs < LEFT_FOR_MS) return false;
  await rm(path, { force: true });
  return true;
}
