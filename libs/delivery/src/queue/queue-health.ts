import { Inject, Injectable } from '@nestjs/common';
import type { TokenQueue } from './backend.js';
import { TOKEN_QUEUES } from './rings.js';

const PATIENCE_MS = 2_000;

/** Whether the queue answers; for `/readyz`. */
@Injectable()
export class QueueHealth {
  constructor(@Inject(TOKEN_QUEUES) private readonly queues: readonly TokenQueue[]) {}

  /** @throws Error when the queue does not answer within two seconds. */
  async check(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the queue does not answer')), PATIENCE_MS);
    });
    try {
      await Promise.race([Promise.all(this.queues.map((queue) => queue.getWaitingCount())), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
