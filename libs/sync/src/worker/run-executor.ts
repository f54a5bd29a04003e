import { Inject, Injectable } from '@nestjs/common';
import type { Resource } from '#libs/connector-kit';
import { Connections } from '#libs/connections';
import { LOGGER, type Logger } from '#libs/telemetry';
import type { ResourceProgress, RunRow } from '../run.js';
import { describeFailure, kindOf, pauseAfter } from './failures.js';
import { type Lease, LeaseLostError, StoppedError } from './lease.js';
import { keyOf } from './plan.js';
import { ResourceReader, type RunInHand } from './resource-reader.js';
import { RunEnd } from './run-end.js';
import { RunPlanner } from './run-planner.js';
import { RunStore } from './run-store.js';

const MOST_RESTARTS = 3;

/** Reads what a run is to read, one resource after the other, from wherever the run stands. */
@Injectable()
export class RunExecutor {
  constructor(
    private readonly connections: Connections,
    private readonly reader: ResourceReader,
    private readonly runs: RunStore,
    private readonly end: RunEnd,
    private readonly planner: RunPlanner,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Ends when the run is over, given back, or somebody else's. */
  async execute(run: RunRow, lease: Lease): Promise<void> {
    try {
      await this.readAll(run, lease);
    } catch (error) {
      await this.giveBack(run, lease, error);
    }
  }

  private async readAll(run: RunRow, lease: Lease): Promise<void> {
    const access = await this.connections.access(run.accountId, run.integrationId);
    const inHand: RunInHand = { run, lease, access };
    await this.planner.plan(inHand);
    const resources = new Map(access.version.resources.map((resource) => [keyOf(resource), resource]));
    for (const progress of run.resources) {
      lease.assertHeld();
      const resource = resources.get(progress.key);
      if (resource) await this.readOne(inHand, resource, progress);
    }
    const status = await this.end.complete(run, lease);
    this.log.info({ runId: run.id, integrationId: run.integrationId, mode: run.mode, status }, 'a sync ended');
  }

  private async readOne(inHand: RunInHand, resource: Resource, progress: ResourceProgress): Promise<void> {
    while (progress.state === 'WAITING' || progress.state === 'READING' || progress.state === 'COMPARING') {
      try {
        await this.reader.read(inHand, resource, progress);
      } catch (error) {
        const kind = kindOf(error, inHand.run.tries);
        if (kind === 'restart' && progress.restarts < MOST_RESTARTS) {
          await this.reader.restart(inHand, resource, progress);
        } else if (kind === 'forbidden')
          await this.reader.giveUp(inHand, resource, { progress, state: 'NOT_PERMITTED', error: null });
        else if (kind === 'resource' || kind === 'restart') {
          const { code, detail } = describeFailure(error);
          await this.reader.giveUp(inHand, resource, { progress, state: 'FAILED', error: `${code} (${detail})` });
        } else throw error;
      }
    }
  }

  private async giveBack(run: RunRow, lease: Lease, error: unknown): Promise<void> {
    if (error instanceof LeaseLostError) return;
    if (error instanceof StoppedError) return this.runs.leave(lease, 0, null);
    const failure = describeFailure(error);
    const pauseMs = kindOf(error, run.tries) === 'run' ? null : pauseAfter(run.tries, error);
    this.log.warn({ runId: run.id, integrationId: run.integrationId, pauseMs, err: error }, 'a sync came to a halt');
    if (pauseMs !== null) return this.runs.leave(lease, pauseMs, failure);
    await this.end.fail(run, lease, failure).catch((later: unknown) => {
      if (!(later instanceof LeaseLostError)) throw later;
    });
  }
}
