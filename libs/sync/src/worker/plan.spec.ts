import { describe, expect, it } from '@jest/globals';
import { fakeConnector } from '../../testing/index.js';
import { defaultModels, isCompared, planRun } from './plan.js';

const version = fakeConnector('http://127.0.0.1').api!.versions.v1!;
const keys = (plan: { key: string }[]) => plan.map(({ key }) => key);
const DONE = { initialAt: new Date('2026-11-20T00:00:00Z'), deltaFrom: new Date('2026-11-21T09:00:00Z') };

describe('the plan of a run', () => {
  it('begins with what others name, and has parts before the records they belong to', () => {
    const plan = planRun({ isWhole: true, models: null }, version, null, []);

    expect(keys(plan)).toEqual(['users', 'tags', 'educations', 'candidates', 'applications', 'attachments']);
  });

  it('has sensitive data only when it was chosen', () => {
    expect(defaultModels(version)).not.toContain('eeoc');
    expect(keys(planRun({ isWhole: true, models: null }, version, ['eeoc', 'tags'], []))).toEqual(['tags', 'eeoc']);
  });

  it('has of the models asked for only those that are switched on, with their parts', () => {
    const run = { isWhole: false, models: ['candidates' as const, 'eeoc' as const] };

    expect(keys(planRun(run, version, null, []))).toEqual(['educations', 'candidates']);
  });

  it('asks for changes where that is possible and the list was read before', () => {
    const states = ['candidates', 'users'].map((resource) => ({ resource, ...DONE }));
    const plan = planRun({ isWhole: false, models: null }, version, null, states);
    const of = (key: string) => plan.find((one) => one.key === key)!;

    expect(of('candidates')).toMatchObject({ since: '2026-11-21T09:00:00.000Z', isFirst: false });
    expect(of('users')).toMatchObject({ since: null, isFirst: false });
    expect(of('applications')).toMatchObject({ since: null, isFirst: true });
  });

  it('compares whole lists with the mirror, but not the first time', () => {
    const states = ['candidates', 'users'].map((resource) => ({ resource, ...DONE }));
    const compared = (isWhole: boolean) =>
      keys(planRun({ isWhole, models: null }, version, null, states).filter(isCompared));

    expect(compared(true)).toEqual(['users', 'candidates']);
    expect(compared(false)).toEqual(['users']);
  });
});
