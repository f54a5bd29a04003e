import { describe, expect, it } from '@jest/globals';
import type { Action } from '#libs/connector-kit';
import { ACTION_SPECS } from '../fields/action-specs.js';
import { givenFields, neededFields, refuseIncomplete, refuseUnsupported, toInput } from './action-input.js';

const specOf = (name: string) => ACTION_SPECS.find((spec) => spec.name === name)!;
const inputOf = (name: string, path: object, body: object) =>
  toInput(specOf(name), givenFields(specOf(name), { ...path }, { ...body }), {
    body: { ...body },
    toRemote: (id) => `remote ${id}`,
  });
const action = (more: Partial<Action>): Action => ({
  ...{ permission: 'all', takes: [], needs: [], onBehalfOf: 'unused', effects: [] },
  run: () => Promise.reject(new Error('not run')),
  ...more,
});
const refusalOf = (work: () => void): unknown => {
  try {
    return void work();
  } catch (error) {
    return (error as { errors: unknown }).errors;
  }
};

describe('the input of an action', () => {
  it('has the ATS’s ids in the place of ours, and what was said as it was said', () => {
    const body = { firstName: 'Imani', title: null, application: { jobId: 'job_1', stageId: 'stge_1' } };

    expect(inputOf('candidates.create', {}, body)).toEqual({
      candidate: { firstName: 'Imani', title: null },
      application: { jobRemoteId: 'remote job_1', stageRemoteId: 'remote stge_1' },
    });
  });

  it('keeps groups that its contract promises, and those that are empty', () => {
    expect(inputOf('prospects.create', {}, {})).toEqual({ candidate: {}, prospect: {} });
    expect(inputOf('candidates.create', {}, { application: {} })).toEqual({ candidate: {}, application: {} });
    expect(inputOf('candidates.create', {}, {})).toEqual({ candidate: {} });
  });

  it('translates lists, and leaves null alone', () => {
    const body = { recruiterId: null, prospect: { jobIds: ['job_1', 'job_2'] } };

    expect(inputOf('prospects.create', {}, body)).toEqual({
      candidate: { recruiterRemoteId: null },
      prospect: { jobRemoteIds: ['remote job_1', 'remote job_2'] },
    });
  });

  it('completes what was begun', () => {
    const body = { body: 'x', email: { from: ['a@b.example'] } };

    expect(inputOf('notes.create', { id: 'cand_1' }, body)).toEqual({
      candidateRemoteId: 'remote cand_1',
      type: 'NOTE',
      visibility: 'PUBLIC',
      body: 'x',
      email: { from: ['a@b.example'], to: [], cc: [] },
    });
    expect(inputOf('notes.create', { id: 'cand_1' }, { body: 'x' })).not.toHaveProperty('email');
  });

  it('is new each time', () => {
    const first = inputOf('prospects.create', {}, {});
    (first.prospect as { ownerRemoteId?: string }).ownerRemoteId = '1';

    expect(inputOf('prospects.create', {}, {})).toEqual({ candidate: {}, prospect: {} });
  });
});

describe('what an ATS takes', () => {
  it('is checked field by field', () => {
    const spec = specOf('notes.create');
    const given = givenFields(spec, { id: 'c' }, { body: 'x', subject: 'y', email: { to: [] } });
    const takes = ['candidateRemoteId', 'body', 'email'];

    expect(refusalOf(() => refuseUnsupported('Acme', action({ takes }), given))).toEqual([
      { path: 'subject', message: 'is nothing Acme takes here' },
    ]);
  });

  it('is needed of the contract only where it is taken', () => {
    const spec = specOf('notes.create');

    expect(neededFields(spec, action({ takes: ['body'], needs: ['type'] }))).toEqual(['body']);
    expect(neededFields(spec, action({ takes: ['body', 'visibility'] }))).toEqual(['visibility', 'body']);
  });

  it('is needed within a group only where the group is given', () => {
    const spec = specOf('applications.reject');
    const taking = action({ takes: ['email', 'notes'], needs: ['email.templateRemoteId'] });
    const refusal = (body: object) =>
      refusalOf(() => refuseIncomplete('Acme', spec, taking, givenFields(spec, {}, { ...body })));

    expect(refusal({ notes: 'x' })).toBeUndefined();
    expect(refusal({ email: { sendAt: '2026-12-01' } })).toEqual([
      { path: 'email.templateRemoteId', message: 'is required by Acme' },
    ]);
  });

  it('does not look into prototypes', () => {
    const spec = specOf('candidates.update');

    expect(givenFields(spec, {}, Object.create({ firstName: 'inherited' }) as Record<string, unknown>)).toEqual([]);
  });
});
