import { Inject, Injectable } from '@nestjs/common';
import { BELL, type Bell } from './bell.js';
import { withinTime } from './within-time.js';

const PATIENCE_MS = 2_000;

/** Whether the queue answers; for `/readyz`. */
@Injectable()
export class QueueHealth {
  constructor(@Inject(BELL) private readonly bell: Bell) {}

  /** @throws Error when the queue does not answer within two seconds. */
  check(): Promise<void> {
    return withinTime(this.bell.check(), PATIENCE_MS, 'the queue does not answer');
  }
}
