import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { atExit } from './at-exit.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Much for a start, but not for one on a machine that does five other things. */
const READY_WITHIN_MS = 180_000;
const STOPPED_WITHIN_MS = 45_000;
const OUTPUT_KEPT = 4_000;

export interface Stopped {
  code: number | null;
  ms: number;
}

/** An api or a dispatcher on a port that stays its own over restarts. An end nobody asked for is a crash. */
export class HubProcess {
  readonly name: string;
  readonly url: string;
  /** What it wrote as it ended, for each end nobody asked for. */
  readonly crashes: string[] = [];
  /** How often it logged what. */
  readonly said = new Map<string, number>();
  private readonly app: 'api' | 'dispatcher';
  private readonly port: number;
  private readonly environment: Record<string, string>;
  private child: ChildProcess | null = null;
  private output = '';

  constructor(app: 'api' | 'dispatcher', name: string, options: { port: number; environment: Record<string, string> }) {
    this.app = app;
    this.name = name;
    this.port = options.port;
    this.environment = options.environment;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  /** Returns when it is ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [join(ROOT, 'dist', 'apps', this.app, 'src', 'main.js')], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: String(this.port),
        ATSUME_LOG_LEVEL: 'warn',
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.output = '';
    child.stdout.on('data', (chunk: Buffer) => this.listen(chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => this.listen(chunk.toString('utf8')));
    const callOff = atExit(() => child.kill('SIGKILL'));
    child.once('close', (code, signal) => {
      callOff();
      if (this.child !== child) return;
      this.child = null;
      this.crashes.push(`${this.name} ended with ${code ?? signal}: ${this.output.slice(-OUTPUT_KEPT)}`);
    });
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await this.isReady())) {
      if (this.child !== child) throw new Error(`${this.name} did not start: ${this.crashes.at(-1)}`);
      if (performance.now() > deadline) throw new Error(`${this.name} did not get ready: ${this.output}`);
      await pause(50);
    }
  }

  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** SIGTERM. A process that does not end is killed in the end, which its missing code tells. */
  stop(): Promise<Stopped> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<Stopped> {
    const { child } = this;
    if (!child) return { code: null, ms: 0 };
    this.child = null;
    const startedAt = performance.now();
    const gone = once(child, 'close');
    child.kill(signal);
    const forced = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await gone;
    clearTimeout(forced);
    return { code: child.exitCode, ms: performance.now() - startedAt };
  }

  private async isReady(): Promise<boolean> {
    try {
      const reply = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
      await reply.body?.cancel();
      return reply.ok;
    } catch {
      return false;
    }
  }

  private listen(text: string): void {
    this.output = (this.output + text).slice(-4 * OUTPUT_KEPT);
    for (const [, message = ''] of text.matchAll(/"msg":"([^"]*)"/g))
      this.said.set(message, (this.said.get(message) ?? 0) + 1);
  }
}
