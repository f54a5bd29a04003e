import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ASSESSMENT_STATUSES, type AssessmentStatus, OUTCOMES } from '#libs/model';
import {
  NOTHING_REPORTED,
  type Report,
  type Standing,
  applyReport,
  applyReset,
  isClosed,
  isOver,
  mayMove,
} from './state-machine.js';

const status = fc.constantFrom(...ASSESSMENT_STATUSES);
const score = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
const time = fc.option(fc.date({ noInvalidDate: true }).map((date) => date.toISOString()));
const trait = fc.record({
  name: fc.string(),
  score,
  maxScore: score,
  comment: fc.option(fc.string()),
  visible: fc.boolean(),
});
const fields = {
  status,
  score,
  maxScore: score,
  outcome: fc.constantFrom(...OUTCOMES),
  profileUrl: fc.option(fc.webUrl()),
  summary: fc.option(fc.string()),
  traits: fc.array(trait, { maxLength: 3 }),
  metaData: fc.option(fc.dictionary(fc.string(), fc.jsonValue())) as fc.Arbitrary<Record<string, unknown> | null>,
  startedAt: time,
  completedAt: time,
};
const report: fc.Arbitrary<Report> = fc.record(fields, { requiredKeys: [] });
const standing: fc.Arbitrary<Standing> = fc.record(fields);

const ORDER: AssessmentStatus[] = ['NOT_SPECIFIED', 'PENDING', 'STARTED', 'IN_PROGRESS', 'COMPLETED'];

describe('the states of an assessment', () => {
  it('lead forward and never back, with steps left out at will', () => {
    for (const [i, from] of ORDER.entries()) {
      for (const [j, to] of ORDER.entries()) expect([from, to, mayMove(from, to)]).toEqual([from, to, i <= j]);
    }
  });

  it('can be closed from every state that is not an end', () => {
    for (const from of ASSESSMENT_STATUSES) {
      for (const to of ['REJECTED', 'EXPIRED', 'CANCELLED'] as const) {
        expect([from, to, mayMove(from, to)]).toEqual([from, to, !isOver(from) || from === to]);
      }
    }
  });
});

describe('a report', () => {
  it('given twice changes nothing the second time', () => {
    fc.assert(
      fc.property(standing, report, (before, said) => {
        const first = applyReport(before, said);

        if (first.kind === 'changed') expect(applyReport(first.next, said)).toEqual({ kind: 'unchanged' });
      }),
    );
  });

  it('says of every difference from what to what, and of nothing else', () => {
    fc.assert(
      fc.property(standing, report, (before, said) => {
        const verdict = applyReport(before, said);
        if (verdict.kind !== 'changed') return;

        for (const field of Object.keys(before) as (keyof Standing)[]) {
          const change = verdict.changes[field];
          if (change) expect([change.from, change.to]).toEqual([before[field], verdict.next[field]]);
          else expect(verdict.next[field]).toEqual(before[field]);
        }
        expect(Object.keys(verdict.changes).length).toBeGreaterThan(0);
      }),
    );
  });

  it('never leads out of an end, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 20 }), (reports) => {
        let now: Standing = { ...NOTHING_REPORTED, status: 'NOT_SPECIFIED' };
        for (const said of reports) {
          const verdict = applyReport(now, said);
          if (verdict.kind !== 'changed') continue;
          if (isOver(now.status)) expect(verdict.next.status).toBe(now.status);
          expect(isClosed(now.status)).toBe(false);
          expect(mayMove(now.status, verdict.next.status)).toBe(true);
          now = verdict.next;
        }
      }),
    );
  });

  it('that is refused names both states', () => {
    fc.assert(
      fc.property(standing, report, (before, said) => {
        const verdict = applyReport(before, said);
        if (verdict.kind !== 'refused') return;

        expect([verdict.from, verdict.to]).toEqual([before.status, said.status ?? before.status]);
        expect(isClosed(before.status) || !mayMove(before.status, verdict.to)).toBe(true);
      }),
    );
  });

  it('makes a version when a result or an end is there, not for a mere step or a time', () => {
    const before: Standing = { ...NOTHING_REPORTED, status: 'PENDING' };

    expect(applyReport(before, { status: 'STARTED', startedAt: '2026-01-01T00:00:00.000Z' })).toMatchObject({
      makesVersion: false,
    });
    expect(applyReport(before, { status: 'STARTED', score: 1 })).toMatchObject({ makesVersion: true });
    expect(applyReport(before, { status: 'EXPIRED' })).toMatchObject({ makesVersion: true });
    expect(applyReport({ ...before, status: 'COMPLETED' }, { completedAt: '2026-01-01T00:00:00.000Z' })).toMatchObject({
      makesVersion: true,
    });
  });

  it('on a closed assessment with other content is refused, with the same content nothing', () => {
    const closed: Standing = { ...NOTHING_REPORTED, status: 'EXPIRED', summary: 'late' };

    expect(applyReport(closed, { status: 'EXPIRED', summary: 'late' })).toEqual({ kind: 'unchanged' });
    expect(applyReport(closed, { status: 'EXPIRED', summary: 'later' })).toEqual({
      kind: 'refused',
      from: 'EXPIRED',
      to: 'EXPIRED',
    });
  });
});

describe('a reset', () => {
  it('leads to PENDING with nothing reported, from everywhere', () => {
    fc.assert(
      fc.property(standing, (before) => {
        const verdict = applyReset(before);
        const after = verdict.kind === 'changed' ? verdict.next : before;

        expect(after).toEqual({ ...NOTHING_REPORTED, status: 'PENDING' });
        expect(applyReset(after)).toEqual({ kind: 'unchanged' });
      }),
    );
  });
});
