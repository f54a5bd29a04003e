import { describe, expect, it } from '@jest/globals';
import { FairSlots, type Slot } from './fair-slots.js';

/** Asks for slots and notes who was let in, in order. */
function desk(size: number, share: number) {
  const slots = new FairSlots(size, share);
  const admitted: string[] = [];
  const inside = new Map<string, Slot[]>();
  return {
    admitted,
    ask: async (...groups: string[]) => {
      for (const group of groups) {
        void slots.enter(group).then((slot) => {
          admitted.push(group);
          inside.set(group, [...(inside.get(group) ?? []), slot]);
        });
      }
      await settled();
    },
    leave: async (group: string) => {
      inside.get(group)?.shift()?.leave();
      await settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('fair slots', () => {
  it('go all to a group that is alone', async () => {
    const { ask, admitted } = desk(4, 1);

    await ask('a', 'a', 'a', 'a', 'a');

    expect(admitted).toEqual(['a', 'a', 'a', 'a']);
  });

  it('are given in turn to those who wait, however many one group asks for', async () => {
    const { ask, leave, admitted } = desk(2, 1);
    await ask('a', 'a', 'a', 'a', 'a', 'b', 'c');

    await leave('a');
    await leave('a');
    await leave('b');

    expect(admitted).toEqual(['a', 'a', 'b', 'a', 'c']);
  });

  it('do not go to a group that has its share while another waits', async () => {
    const { ask, leave, admitted } = desk(4, 2);
    await ask('a', 'a', 'b', 'b', 'a', 'c');

    await leave('b');
    expect(admitted.at(-1)).toBe('c');
    await leave('b');

    // Only a is left waiting: an empty slot would help nobody.
    expect(admitted.at(-1)).toBe('a');
  });

  it('given back twice are free once', async () => {
    const slots = new FairSlots(1, 1);
    const first = await slots.enter('a');
    first.leave();
    first.leave();
    await first.left;
    await slots.enter('b');
    let isIn = false;
    void slots.enter('c').then(() => (isIn = true));
    await settled();

    expect(isIn).toBe(false);
  });
});
