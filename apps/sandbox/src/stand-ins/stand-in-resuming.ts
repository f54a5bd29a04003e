import { Injectable } from '@nestjs/common';
import { StandInContexts } from './stand-in-context.js';
import { StandIns } from './stand-ins.js';

/** Lets the stand-ins go on with what a former run of the process left undone, once in this one. */
@Injectable()
export class StandInResuming {
  private isDone = false;

  constructor(
    private readonly standIns: StandIns,
    private readonly contexts: StandInContexts,
  ) {}

  async resume(): Promise<void> {
    if (this.isDone) return;
    for (const part of this.standIns.list()) await part.resume?.(this.contexts.of(part.slug));
    this.isDone = true;
  }
}
