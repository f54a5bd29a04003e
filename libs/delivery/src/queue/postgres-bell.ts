import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, ImpatientClient, guardPool } from '#libs/store';
import type { Logger } from '#libs/telemetry';
import pg from 'pg';
import type { Bell, Hear } from './bell.js';
import { Listeners } from './listeners.js';
import { sparingly } from './sparingly.js';

const CHANNEL = 'atsume_rings';
const NOTIFY = { name: 'ring', text: 'SELECT pg_notify($1, $2)' };
const CONNECTIONS = 2;
const RETRY_MS = 1_000;
const COMPLAIN_EVERY_MS = 10_000;
/** Of a listener's connection, which says something every second. */
const ANSWER_WITHIN_MS = 5_000;
const PRESENT_EVERY_MS = 1_000;
const GOODBYE_MS = 1_000;

/** What goes over the channel: endpoints that were rung, or a listener that is there, or no longer. */
type Message = { e: string[] } | { here: string } | { gone: string };

/**
 * Rings through `NOTIFY` of the store's PostgreSQL. Every listener hears every ring; they tell each other every second
 * that they are there, and each minds its share of the endpoints. While they disagree, an endpoint's lease decides.
 */
export class PostgresBell implements Bell {
  private readonly pool: pg.Pool;
  private readonly me = randomUUID();
  private readonly listeners = new Listeners(this.me);
  private hear: Hear | null = null;
  private client: pg.Client | null = null;
  private readonly complain: (error: unknown) => void;

  constructor({ pool }: Database, log: Logger) {
    this.complain = sparingly(COMPLAIN_EVERY_MS, (error) => log.warn({ err: error }, 'no rings from PostgreSQL'));
    const { options } = pool;
    // What is rung may be lost, so nobody waits for the disk; and however busy it is, it takes no connection from intake.
    const unhurried = `${options.options ?? ''} -c synchronous_commit=off`;
    this.pool = guardPool(new pg.Pool({ ...options, max: CONNECTIONS, options: unhurried }));
    this.pool.on('error', () => {});
  }

  async ring(endpointIds: readonly string[]): Promise<void> {
    await this.say(this.pool, { e: [...endpointIds] });
  }

  listen(hear: Hear): void {
    this.hear = hear;
    void this.keepListening();
  }

  async stopListening(): Promise<void> {
    const { client } = this;
    if (!this.hear) return;
    this.hear = null;
    if (client) await this.say(client, { gone: this.me }).catch(() => {});
    client?.end().catch(() => {});
  }

  async check(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    const stopped = this.stopListening().then(() => this.pool.end());
    // A connection that somebody still holds must not hold up the end of the process.
    await Promise.race([stopped, pause(GOODBYE_MS, undefined, { ref: false })]);
  }

  private async keepListening(): Promise<void> {
    while (this.isListening) {
      try {
        await this.listenOnce();
      } catch (error) {
        if (this.isListening) this.complain(error);
      }
      await pause(RETRY_MS, undefined, { ref: false });
    }
  }

  /** Resolves, or throws, when the connection has ended. */
  private async listenOnce(): Promise<void> {
    const { options } = this.pool;
    const client = new ImpatientClient({ ...options, answerWithinMs: ANSWER_WITHIN_MS });
    const ended = new Promise<void>((resolve, reject) => {
      client.once('end', resolve);
      client.once('error', reject);
    });
    ended.catch(() => {});
    client.on('error', () => {});
    client.on('notification', ({ payload }) => this.heard(messageOf(payload)));
    this.client = client;
    let timer: NodeJS.Timeout | undefined;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.present(client);
      timer = setInterval(() => this.present(client), PRESENT_EVERY_MS);
      await ended;
    } finally {
      clearInterval(timer);
      this.client = null;
      client.end().catch(() => {});
    }
  }

  private get isListening(): boolean {
    return this.hear !== null;
  }

  private present(client: pg.Client): void {
    // Where it fails, the connection is at its end, and whoever waits for that hears of it.
    this.say(client, { here: this.me }).catch(() => {});
  }

  private heard(message: Message): void {
    const now = performance.now();
    if ('here' in message) this.listeners.here(message.here, now);
    else if ('gone' in message) this.listeners.gone(message.gone);
    else for (const endpointId of message.e) if (this.listeners.isMine(endpointId, now)) void this.hear?.(endpointId);
  }

  private async say(over: pg.Client | pg.Pool, message: Message): Promise<void> {
    await over.query(NOTIFY, [CHANNEL, JSON.stringify(message)]);
  }
}

/** Anybody who may connect to the database can say something on the channel; what makes no sense is nothing. */
function messageOf(payload = ''): Message {
  try {
    const { e, here, gone } = JSON.parse(payload) as Record<string, unknown>;
    if (typeof here === 'string') return { here };
    if (typeof gone === 'string') return { gone };
    return { e: Array.isArray(e) ? e.filter((id) => typeof id === 'string') : [] };
  } catch {
    return { e: [] };
  }
}
