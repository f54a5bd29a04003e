import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readWith, UnreadableOrder } from './reading.js';

const Wire = z.object({ name: z.string(), job: z.object({ id: z.string() }) });

describe('reading a body', () => {
  it('keeps what the schema names', () => {
    expect(readWith(Wire, { name: 'x', job: { id: '1', more: 1 }, other: true })).toEqual({
      name: 'x',
      job: { id: '1' },
    });
  });

  it('names each field that does not fit, in dots', () => {
    const read = () => readWith(Wire, { name: 1, job: {} });

    expect(read).toThrow(UnreadableOrder);
    expect(read).toThrow(/^name: .*; job\.id: /);
  });

  it('speaks of the body when that is no object', () => {
    expect(() => readWith(Wire, undefined)).toThrow(/^body: /);
  });

  it('gives twenty reasons at most', () => {
    const Many = z.array(z.string());
    let reasons: string[] = [];
    try {
      readWith(Many, Array(500).fill(1));
    } catch (error) {
      reasons = (error as UnreadableOrder).reasons;
    }

    expect(reasons).toHaveLength(20);
  });
});
