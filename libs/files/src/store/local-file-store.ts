import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore, storeKey } from './file-store.js';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

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
}
