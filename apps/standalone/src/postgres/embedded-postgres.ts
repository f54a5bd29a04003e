import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError } from '#libs/config';
import type { DataFolder } from '../data-folder.js';
import { findBinaries } from './binaries.js';
import { DATABASE_USER, ServerFailed, createCluster, locateCluster } from './cluster.js';
import { isServerOf, readPostmaster } from './postmaster-file.js';
import { Server } from './server.js';
import { Tenancy } from './tenancy.js';

const DATABASE = 'atsume';
const ANSWER_WITHIN_MS = 8_000;
const DEAF_STOP_WITHIN_MS = 4_000;
const RECOVER_PAUSE_MS = 500;

export interface EmbeddedPostgresOptions {
  folder: DataFolder;
  /** Told in one line what a person may want to know. */
  say: (line: string) => void;
}

/** The PostgreSQL server of one data folder, kept running while the hub runs. */
export class EmbeddedPostgres {
  private stopping = false;
  /** Another hub has the server now: it is not ours to stop. */
  private evicted = false;

  private constructor(
    private readonly server: Server,
    private readonly tenancy: Tenancy,
    private readonly options: EmbeddedPostgresOptions,
    private port: number,
  ) {}

  /**
   * Starts the server of this folder or adopts the one a killed hub left running.
   *
   * @throws ConfigError when another hub uses the folder or the server cannot be started.
   */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { folder, say } = options;
    try {
      const password = await folder.keep('postgres.password', () => randomBytes(24).toString('hex'));
      const cluster = await locateCluster(folder);
      const binaries = await findBinaries(cluster.account);
      if (!cluster.path.startsWith(folder.path)) {
        say(
          `PostgreSQL runs as ${cluster.account?.name}, who cannot reach ${folder.path}: its data is in ${cluster.path}`,
        );
      }
      if (binaries.copiedTo) say(`PostgreSQL's programs run from ${binaries.copiedTo} for the same reason`);
      await createCluster(cluster, binaries, password);
      const server = new Server(cluster, binaries, folder.file('postgres.log'));
      const tenancy = new Tenancy({ user: DATABASE_USER, password, database: DATABASE });
      const port = await ensureRunning(server, tenancy, null);
      const postgres = new EmbeddedPostgres(server, tenancy, options, port);
      await postgres.moveIn();
      return postgres;
    } catch (error) {
      if (error instanceof ServerFailed) throw new ConfigError('ATSUME_DATA_DIR', error.message);
      throw error;
    }
  }

  /** Where the server of this folder answers at this moment; null when it does not run. For those who only pass by. */
  static async findRunning(folder: DataFolder): Promise<string | null> {
    const password = await folder.read('postgres.password');
    if (!password) return null;
    const { path } = await locateCluster(folder);
    const found = readPostmaster(path);
    if (!found || !(await isServerOf(found.pid, path))) return null;
    return new Tenancy({ user: DATABASE_USER, password, database: DATABASE }).url(found.port);
  }

  get url(): string {
    return this.tenancy.url(this.port);
  }

  /** Fast shutdown; returns when the server is gone. With `wait: false` it only asks for it. */
  async stop({ wait } = { wait: true }): Promise<void> {
    this.stopping = true;
    await this.tenancy.leave();
    if (this.evicted) return;
    const running = await this.server.findRunning();
    if (!running) return;
    if (wait) await this.server.stop(running.pid);
    else await this.server.signal(running.pid, 'SIGINT');
  }

  private async moveIn(): Promise<void> {
    const other = await this.tenancy.enter(this.port, () => void this.recover());
    if (other !== null) {
      this.evicted = true;
      throw new ConfigError(
        'ATSUME_DATA_DIR',
        `${this.options.folder.path} is in use by another hub (process ${other})`,
      );
    }
  }

  /** The server went away under us (killed, out of memory): nobody else would start it again. */
  private async recover(): Promise<void> {
    while (!this.stopping) {
      try {
        // On the same port, so that open pools find it again.
        this.port = await ensureRunning(this.server, this.tenancy, this.port);
        if (this.stopping) return;
        await this.moveIn();
        this.options.say('PostgreSQL had gone away and runs again');
        return;
      } catch (error) {
        if (this.evicted) throw error;
        this.options.say(`PostgreSQL is away: ${(error as Error).message}`);
        await pause(RECOVER_PAUSE_MS);
      }
    }
  }
}

/** Adopts the running server when it is ours and answers, waits for one that is coming up or going down, else starts one. */
async function ensureRunning(server: Server, tenancy: Tenancy, wantedPort: number | null): Promise<number> {
  let silentSince: number | null = null;
  for (let running = await server.findRunning(); running; running = await server.findRunning()) {
    const answer = await tenancy.knock(running.port);
    if (answer === 'open') {
      // The hub that started it may have died before it came to this.
      await tenancy.createDatabase(running.port);
      return running.port;
    }
    if (answer === 'wrong password') {
      throw new ServerFailed('postgres.password does not open the PostgreSQL of this folder');
    }
    silentSince = answer === 'busy' ? null : (silentSince ?? Date.now());
    // Ours and deaf: nothing else would ever end it.
    if (silentSince !== null && Date.now() - silentSince > ANSWER_WITHIN_MS) {
      await server.stop(running.pid, DEAF_STOP_WITHIN_MS);
    }
    await pause(100);
  }
  const port = await server.start(wantedPort);
  await tenancy.createDatabase(port);
  return port;
}
