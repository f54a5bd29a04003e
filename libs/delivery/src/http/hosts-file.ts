import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';

const LOOK_AGAIN_MS = 5_000;

/** Where the system keeps the names it knows without asking. */
export const SYSTEM_HOSTS_FILE =
  process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';

/** The system's hosts file, read again when it has changed. */
export class HostsFile {
  private names = new Map<string, string[]>();
  private version = '';
  private lookAgainAt = 0;

  constructor(private readonly path: string) {}

  /** The addresses that stand beside a name there, in the file's order. */
  async addressesOf(name: string): Promise<readonly string[]> {
    if (performance.now() >= this.lookAgainAt) await this.refresh();
    return this.names.get(name.toLowerCase()) ?? [];
  }

  private async refresh(): Promise<void> {
    this.lookAgainAt = performance.now() + LOOK_AGAIN_MS;
    try {
      const { mtimeMs, size } = await stat(this.path);
      const version = `${mtimeMs}:${size}`;
      if (version === this.version) return;
      this.names = readHosts(await readFile(this.path, 'utf8'));
      this.version = version;
    } catch {
      // A system without such a file knows no names by itself.
      this.names = new Map();
      this.version = '';
    }
  }
}

/** The names of a hosts file with their addresses: `address name name… # comment` on each line. */
export function readHosts(text: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const alias of aliases) {
      const name = alias.toLowerCase();
      names.set(name, [...(names.get(name) ?? []), address]);
    }
  }
  return names;
}
