import { Pool, type buildConnector } from 'undici';

/** The window of each endpoint bounds what it gets; this only bounds what many endpoints at one host get, some of which may hang. */
const CONNECTIONS_PER_ORIGIN = 256;
const KEEP_ALIVE_MS = 30_000;
const MOST_REPLY_HEADER_BYTES = 16 * 1024;
const MOST_ORIGINS = 2_000;

/**
 * Kept-alive sockets by origin. An origin without sockets is forgotten; when there are too many, the one that was called
 * longest ago is closed once it has finished what it is at. So thousands of endpoints cost memory only while they are called.
 */
export class Origins {
  private readonly pools = new Map<string, Pool>();
  private isDestroyed = false;

  constructor(
    private readonly connect: buildConnector.connector,
    private readonly most = MOST_ORIGINS,
  ) {}

  /** How many origins have sockets, or are about to. */
  get size(): number {
    return this.pools.size;
  }

  /** The sockets of an origin such as `https://example.com`. */
  of(origin: string): Pool {
    const pool = this.pools.get(origin) ?? this.open(origin);
    // The map's order is that of use.
    this.pools.delete(origin);
    this.pools.set(origin, pool);
    if (this.pools.size > this.most) this.closeOldest();
    return pool;
  }

  async destroy(): Promise<void> {
    this.isDestroyed = true;
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private open(origin: string): Pool {
    const pool = new Pool(origin, {
      connect: this.connect,
      connections: CONNECTIONS_PER_ORIGIN,
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // A receiver may ask for less, not for more.
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MOST_REPLY_HEADER_BYTES,
      // The time limit of the whole request is the sender's; these two would only end it earlier.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const forgetIfIdle = (): void => {
      const { connected, size } = pool.stats;
      if (connected > 0 || size > 0 || this.pools.get(origin) !== pool) return;
      this.pools.delete(origin);
      void pool.close();
    };
    pool.on('disconnect', forgetIfIdle).on('connectionError', forgetIfIdle);
    if (this.isDestroyed) void pool.destroy();
    return pool;
  }

  private closeOldest(): void {
    const [oldest] = this.pools;
    if (!oldest) return;
    this.pools.delete(oldest[0]);
    void oldest[1].close();
  }
}
