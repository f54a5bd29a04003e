import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import { LOGGER, type Logger } from '#libs/telemetry';

const TICK_MS = 1_000;
/** A clock of one second must be due at each tick, however early the timer fires. */
const SLACK_MS = 100;

/** Something that must happen every so often, once over all dispatchers. */
export interface ClockTask {
  /** The key of its row; for ever the same. */
  name: string;
  everyMs: number;
  /** `jumpedBackMs` is how far the database's clock has gone back since the last time, 0 in ordinary life. */
  run(jumpedBackMs: number): Promise<void>;
}

const REGISTER = `INSERT INTO clocks (name, next_at) SELECT name, now() FROM unnest($1::text[]) AS name ON CONFLICT DO NOTHING`;

/** A time further away than a clock ever sets it was written while the database's clock was wrong. */
const CLAIM = {
  name: 'clocks_claim',
  text: `
    WITH t AS (
      SELECT c.name, d.every_ms, c.next_at AS was FROM unnest($1::text[], $2::float8[]) AS d (name, every_ms)
      JOIN clocks c ON c.name = d.name
      WHERE c.next_at <= statement_timestamp() OR c.next_at > statement_timestamp() + 2 * d.every_ms * interval '1 millisecond'
    )
    UPDATE clocks c SET next_at = statement_timestamp() + t.every_ms * interval '1 millisecond'
    FROM t WHERE c.name = t.name AND c.next_at = t.was
    RETURNING c.name, greatest(0, extract(epoch FROM t.was - statement_timestamp()) * 1000)::float8 AS jumped_back_ms,
      set_config('synchronous_commit', 'off', true)`,
};

/**
 * The clocks of the dispatchers: rows in PostgreSQL, claimed by whoever comes first after they are due. A task that
 * fails, or dies with its process, runs again at its next time.
 */
@Injectable()
export class Clocks {
  private readonly tasks = new Map<string, ClockTask>();
  private timer: NodeJS.Timeout | null = null;
  private ticking: Promise<void> = Promise.resolve();
  private readonly running = new Map<string, Promise<void>>();
  private isStopped = false;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Adds a task; before {@link start}. */
  add(task: ClockTask): void {
    this.tasks.set(task.name, task);
  }

  async start(): Promise<void> {
    await this.database.query(REGISTER, [[...this.tasks.keys()]]);
    this.tick();
  }

  /** Resolves when the tasks that run are over. */
  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.ticking;
    await Promise.all(this.running.values());
  }

  private tick(): void {
    const startedAt = performance.now();
    this.ticking = this.runDue().finally(() => {
      if (this.isStopped) return;
      this.timer = setTimeout(() => this.tick(), Math.max(0, TICK_MS - (performance.now() - startedAt)));
    });
  }

  private async runDue(): Promise<void> {
    try {
      const free = [...this.tasks.values()].filter(({ name }) => !this.running.has(name));
      const rows = await this.database.query<{ name: string; jumped_back_ms: number }>(CLAIM, [
        free.map(({ name }) => name),
        free.map(({ everyMs }) => everyMs - SLACK_MS),
      ]);
      for (const { name, jumped_back_ms } of rows) this.run(name, jumped_back_ms);
    } catch (error) {
      this.log.warn({ err: error }, 'the clocks could not be read');
    }
  }

  private run(name: string, jumpedBackMs: number): void {
    const task = this.tasks.get(name);
    if (!task) return;
    const run = task
      .run(jumpedBackMs)
      .catch((error: unknown) => this.log.error({ err: error, clock: name }, 'a clock task failed'))
      .finally(() => this.running.delete(name));
    this.running.set(name, run);
  }
}
