import { afterEach, describe, expect, it } from '@jest/globals';
import { Changes } from './changes.js';

const LONG_MS = 60_000;

describe('waiting for a change', () => {
  let changes = new Changes();

  afterEach(() => {
    changes.onModuleDestroy();
    changes = new Changes();
  });

  it('is over at once for who knows nothing, or something else', async () => {
    const version = (await changes.next(undefined, LONG_MS))!;

    expect(await changes.next(version - 1, LONG_MS)).toBe(version);
  });

  it('is over when something changes, for all who wait', async () => {
    const version = (await changes.next(undefined, LONG_MS))!;
    const waiting = [changes.next(version, LONG_MS), changes.next(version, LONG_MS)];

    changes.note();

    const [first, second] = await Promise.all(waiting);
    expect(first).toBeGreaterThan(version);
    expect(second).toBe(first);
  });

  it('is over once more a moment later, when the hub has written down its side', async () => {
    changes.note();
    const version = (await changes.next(undefined, LONG_MS))!;

    expect(await changes.next(version, LONG_MS)).toBeGreaterThan(version);
  });

  it('ends when nothing changes for long', async () => {
    const version = (await changes.next(undefined, LONG_MS))!;

    expect(await changes.next(version, 1)).toBe(version);
  });

  it('ends when the process stops, and is not begun after that', async () => {
    const version = (await changes.next(undefined, LONG_MS))!;
    const waiting = changes.next(version, LONG_MS);

    changes.onModuleDestroy();

    expect(await waiting).toBeNull();
    expect(await changes.next(version, LONG_MS)).toBeNull();
  });
});
