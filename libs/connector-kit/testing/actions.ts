import { describe, expect, it } from '@jest/globals';
import { type Action, ActionRefused, type ApiPart } from '../src/index.js';
import { type ActionsFixture, type Fixture, ofKind } from './fixtures.js';
import { Replay } from './replay.js';

type Run = ActionsFixture['runs'][string];

/** Actions, run against what was recorded of them. */
export function describeActions(api: ApiPart, fixtures: readonly Fixture[]): void {
  describe.each(Object.entries(api.versions))('an action of its version %s', (name, version) => {
    const recorded = ofKind(fixtures, 'actions').filter((one) => one.version === name);
    const actions = version.actions as Readonly<Record<string, Action | undefined>>;

    it('is recorded, each of them', () => {
      const run = recorded.flatMap(({ runs }) => Object.values(runs).map(({ action }) => action as string));

      expect(Object.keys(actions).filter((action) => !run.includes(action))).toEqual([]);
    });

    it('sends what is recorded, and comes to what is expected', async () => {
      for (const { runs, expected } of recorded) {
        const results = await Promise.all(
          Object.entries(runs).map(async ([what, run]) => [what, await result(actions[run.action], run)] as const),
        );

        expect(Object.fromEntries(results)).toEqual(expected);
      }
    });
  });
}

async function result(action: Action | undefined, { input, onBehalfOf, exchanges }: Run): Promise<unknown> {
  const replay = new Replay(exchanges);
  const send = (request: Parameters<Replay['send']>[0]) => Promise.resolve().then(() => replay.send(request));
  try {
    const outcome = await action!.run(input as never, { send, onBehalfOf: onBehalfOf ?? null });
    return replay.unused.length === 0 ? outcome : { neverSent: replay.unused.map(({ request }) => request) };
  } catch (error) {
    if (error instanceof ActionRefused) return { refused: error.message, path: error.path };
    throw error;
  }
}
