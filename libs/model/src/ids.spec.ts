import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  callbackEndpointId,
  deliveryId,
  eventTime,
  fileEndpointId,
  fromBase62,
  ID_PREFIX,
  type IdKind,
  isId,
  newEventId,
  newId,
  parseDeliveryId,
  slotOf,
  toBase62,
} from './ids.js';

const KINDS = Object.keys(ID_PREFIX) as IdKind[];
const MANY = 100_000;

describe('an id', () => {
  it.each(KINDS)('of kind %s is its prefix and 22 base62 characters', (kind) => {
    const id = newId(kind);

    expect(id).toMatch(new RegExp(`^${ID_PREFIX[kind]}[0-9A-Za-z]{22}$`));
    expect(isId(kind, id)).toBe(true);
  });

  it('has a prefix no other kind has', () => {
    expect(new Set(Object.values(ID_PREFIX)).size).toBe(KINDS.length);
  });

  it('is unique over a hundred thousand', () => {
    const ids = Array.from({ length: MANY }, () => newId('assessment'));

    expect(new Set(ids).size).toBe(MANY);
  });

  it('sorts after every id of an earlier millisecond', async () => {
    const earlier = newId('assessment');
    const madeAt = Date.now();
    while (Date.now() === madeAt) await new Promise(setImmediate);

    expect(newId('assessment') > earlier).toBe(true);
  });

  it.each([
    ['of another kind', newId('integration')],
    ['without a tail', 'ats_ass_'],
    ['one character short', newId('assessment').slice(0, -1)],
    ['one character long', `${newId('assessment')}0`],
    ['with a foreign character', `${newId('assessment').slice(0, -1)}-`],
    ['with a line break', `${newId('assessment').slice(0, -1)}\n`],
    ['empty', ''],
  ])('is not one that is %s', (_what, value) => {
    expect(isId('assessment', value)).toBe(false);
  });
});

describe('base62', () => {
  const numbers = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });

  it('gives every 128-bit number back', () => {
    fc.assert(fc.property(numbers, (value) => fromBase62(toBase62(value, 22)) === value));
  });

  it('is 22 characters for every 128-bit number', () => {
    fc.assert(fc.property(numbers, (value) => toBase62(value, 22).length === 22));
    expect(toBase62((1n << 128n) - 1n, 22)).toHaveLength(22);
  });

  it('sorts like the numbers', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [textA, textB] = [toBase62(a, 22), toBase62(b, 22)];
        return a === b ? textA === textB : a < b === textA < textB;
      }),
    );
  });

  it('is null for text that is none', () => {
    expect(fromBase62('abc-')).toBeNull();
  });
});

describe('an event id', () => {
  it('is evt- and 25 digits', () => {
    expect(newEventId()).toMatch(/^evt-\d{25}$/);
  });

  it('is unique and in order over a hundred thousand', () => {
    const ids = Array.from({ length: MANY }, newEventId);

    expect(new Set(ids).size).toBe(MANY);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('says when it was made', () => {
    const before = Date.now();
    const at = eventTime(newEventId())?.getTime() ?? 0;

    // Ids of one process never go back, so a burst just before may have carried the clock a little ahead.
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now() + 1);
  });

  it.each(['', 'evt-', 'evt-123', 'evt-12345678901234567890123456', 'evt_1234567890123456789012345', 'x'])(
    'is not %p',
    (value) => {
      expect(eventTime(value)).toBeNull();
    },
  );
});

describe('a delivery id', () => {
  const digits = fc.stringMatching(/^\d{25}$/);

  it('is the pair of event and endpoint, and gives it back', () => {
    fc.assert(
      fc.property(digits, (event) => {
        const pair = { eventId: `evt-${event}`, endpointId: newId('endpoint') };
        const id = deliveryId(pair.eventId, pair.endpointId);
        expect(id).toMatch(/^dlv_[0-9A-Za-z]{36}$/);
        expect(parseDeliveryId(id)).toEqual(pair);
      }),
    );
  });

  it.each(['', 'dlv_', `dlv_${'z'.repeat(36)}`, `dlv_${'-'.repeat(36)}`, `dlv_${'0'.repeat(37)}`])(
    'is not %p',
    (value) => {
      expect(parseDeliveryId(value)).toBeNull();
    },
  );

  it('is never a surprise to the reader, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        parseDeliveryId(value);
        parseDeliveryId(`dlv_${value}`);
      }),
    );
  });
});

describe('an internal endpoint', () => {
  it('is found from its integration alone', () => {
    const integration = newId('integration');

    expect(callbackEndpointId(integration)).toBe(`whc_${integration.slice(4)}`);
    expect(fileEndpointId(integration)).toBe(`whf_${integration.slice(4)}`);
  });
});

describe('a slot', () => {
  it('is one of sixteen, and always the same for one endpoint', () => {
    expect(slotOf('whe_0000000000000000000000')).toBe(slotOf('whe_0000000000000000000000'));
    const slots = new Set(Array.from({ length: 2_000 }, () => slotOf(newId('endpoint'))));
    expect([...slots].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });
});
