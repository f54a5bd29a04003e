import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the subscriber does with a share of the requests; the others get their 200. */
export interface Behaviour {
  kind: 'hang' | 'reset' | 'half' | 'endless' | 'garbage' | 'error' | 'slow';
  share: number;
  /** How slow is slow. */
  ms?: number;
}

/** One request the subscriber got. */
export interface Request {
  /** `webhook-id` */
  id: string;
  endpoint: string;
  hash: string;
  recordId: string;
  /** The candidate's e-mail address: each order is for somebody else. */
  email: string;
  at: number;
  /** When it was over. */
  doneAt: number | null;
  /** `full` is a 2xx the hub got all it reads of; `refused` another status; `cut` and `none` are half a reply and no reply. */
  end: 'open' | 'full' | 'refused' | 'cut' | 'none';
}

/** What the subscriber's process is told. */
export interface Wish {
  number: number;
  behave?: Behaviour[];
  all?: boolean;
}

interface Answer {
  answerTo: number;
  requests: Request[];
  inFlight: number;
  /** Answered within the last 50 ms. */
  justAnswered: number;
}

/** The vendor's server that all webhooks go to. */
export class Subscriber {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private number = 0;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.url = `http://127.0.0.1:${port}`;
    child.on('message', (answer: Answer) => this.waiting.get(answer.answerTo)?.(answer));
  }

  /** `latencyMs`: a request is answered after a random time up to that. */
  static async start(seed: number, latencyMs: number): Promise<Subscriber> {
    const child = fork(join(import.meta.dirname, 'subscriber-process.ts'), [String(seed), String(latencyMs)]);
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new Subscriber(child, port);
  }

  /** From now on; nothing heals it. */
  async behave(...behaviours: Behaviour[]): Promise<void> {
    await this.tell({ behave: behaviours });
  }

  async requests(): Promise<Request[]> {
    return (await this.tell({ all: true })).requests;
  }

  glance(): Promise<Answer> {
    return this.tell({});
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  private tell(wish: Omit<Wish, 'number'>): Promise<Answer> {
    this.number += 1;
    const { number } = this;
    return new Promise((resolve) => {
      this.waiting.set(number, resolve);
      this.child.send({ ...wish, number });
    }).finally(() => this.waiting.delete(number)) as Promise<Answer>;
  }
}
