import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RETRY_POLICY, GIVE_UP_RULE, RETRY_JITTER } from '#libs/delivery';

const GUIDE = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'vendor-guide.md'), 'utf8');
const SECONDS: Record<string, number> = { s: 1, min: 60, h: 3_600, d: 86_400 };

/** The rows of the table in the vendor guide, as `what → how long`. */
function documented(): Map<string, string> {
  const table = GUIDE.slice(GUIDE.indexOf('### When your endpoint was down')).split('\n\n')[2] ?? '';
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(rows.slice(2).map(([, what = '', pause = '']) => [what, pause]));
}

function seconds(pause = ''): number {
  const [, count, unit] = /^(\d+) (s|min|h|d)\b/.exec(pause) ?? [];
  return Number(count) * (SECONDS[unit ?? ''] ?? NaN);
}

describe('the retry schedule in the vendor guide', () => {
  it('is the one that is run', () => {
    const rows = documented();
    const retries = [...rows].filter(([what]) => /^\d/.test(what));

    expect(retries.map(([what]) => Number.parseInt(what, 10))).toEqual(
      DEFAULT_RETRY_POLICY.delaysSeconds.map((_, at) => at + 1),
    );
    expect(retries.map(([, pause]) => seconds(pause))).toEqual(DEFAULT_RETRY_POLICY.delaysSeconds);
    expect(retries.at(-1)?.[0]).toMatch(/every next$/);
    expect(seconds(rows.get('none after'))).toBe(DEFAULT_RETRY_POLICY.maxAgeSeconds);
    expect(rows.get('each pause varies')).toBe(`by ± ${RETRY_JITTER * 100} %`);
  });

  it('says when an endpoint is given up', () => {
    const days = GIVE_UP_RULE.afterSeconds / 86_400;

    expect(GUIDE.replaceAll('\n', ' ')).toContain(
      `After ${days} days in which nothing but failures came back, and at least ${GIVE_UP_RULE.afterAttempts} attempts in a row`,
    );
  });
});
