import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '#libs/config';

/** Written by us into every data folder: a folder with it is ours to set the mode of. */
const MARK = 'postgres.password';

/** The folder of what one hub keeps on this machine: its keys (readable by their owner only), its files and its PostgreSQL. */
export class DataFolder {
  private constructor(
    /** Absolute, without symbolic links. */
    readonly path: string,
  ) {}

  /** Makes the folder if need be. @throws ConfigError when it cannot be used. */
  static async open(path: string): Promise<DataFolder> {
    try {
      await mkdir(path, { recursive: true });
      const entries = await readdir(path);
      // As root the server inside runs as another user, who has to pass through. A folder that others use is left as it is.
      if (entries.length === 0 || entries.includes(MARK)) await chmod(path, isRoot() ? 0o711 : 0o700);
      const folder = new DataFolder(await realpath(path));
      await folder.write(`.probe-${process.pid}`, '');
      await rm(folder.file(`.probe-${process.pid}`));
      return folder;
    } catch (error) {
      throw new ConfigError('ATSUME_DATA_DIR', `${path} cannot be used: ${(error as Error).message}`);
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async read(name: string): Promise<string | null> {
    try {
      return (await readFile(this.file(name), 'utf8')).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new ConfigError('ATSUME_DATA_DIR', `${this.file(name)} cannot be read: ${(error as Error).message}`);
    }
  }

  /** The secret of this name; `make` is asked for one when there is none yet. It is on the disk before this returns. */
  async keep(name: string, make: () => string): Promise<string> {
    const kept = await this.read(name);
    if (kept) return kept;
    const draft = `.${name}-${randomBytes(6).toString('hex')}`;
    await this.write(draft, `${make()}\n`);
    try {
      // Linking fails when another start was faster; then its secret is the one.
      await link(this.file(draft), this.file(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(this.file(draft));
    }
    return (await this.read(name)) ?? '';
  }

  private async write(name: string, content: string): Promise<void> {
    const handle = await open(this.file(name), 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
