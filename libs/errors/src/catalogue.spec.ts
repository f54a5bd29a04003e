import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERRORS } from './catalogue.js';

const README = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

/** The rows of the catalogue in the README, as `code → [status, fault, retry, message]`. */
function documented(): Record<string, string[]> {
  const rows = README.slice(README.indexOf('## The catalogue'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, code, ...cells]): [string, string[]] => [(code ?? '').replaceAll('`', ''), cells.slice(0, 4)]);
  return Object.fromEntries(rows);
}

describe('the catalogue of errors', () => {
  it('is the one in the README, both ways', () => {
    const catalogue = Object.fromEntries(
      Object.entries(ERRORS).map(([code, { status, fault, retry, message }]) => [
        code,
        [String(status), fault, retry, message],
      ]),
    );

    expect(documented()).toEqual(catalogue);
  });

  it.each(Object.entries(ERRORS))('gives %s a status that fits whose fault it is', (code, { status, fault }) => {
    if (fault === 'caller') expect(status).toBeLessThan(500);
    // A limit of the ATS is passed on as what it is.
    if (fault === 'provider' && status !== 429) expect(status).toBeGreaterThanOrEqual(500);
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it.each(Object.entries(ERRORS))('says %s in one sentence', (_code, { message }) => {
    expect(message).toMatch(/^[A-Z].*\.$/);
  });
});
