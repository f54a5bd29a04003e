import { describe, expect, it } from '@jest/globals';
import type { RecordChange } from './record-change.js';
import { joinChanges } from './join-changes.js';

function aChange(kind: RecordChange['kind'], changes: RecordChange['changes'] = {}, id = 'cand_1'): RecordChange {
  const stored = { id } as RecordChange['stored'];
  return { kind, model: 'candidates', id, remoteId: '1', changes, record: { kind }, stored };
}

describe('changes of one record, one after the other', () => {
  it('are one from first to last', () => {
    const joined = joinChanges([
      aChange('modified', { a: { from: null, to: 2 }, b: { from: 'x', to: 'y' } }),
      aChange('modified', {}, 'cand_2'),
      aChange('modified', { a: { from: 2, to: 3 } }),
    ]);

    expect(joined).toMatchObject([{ changes: { a: { from: null, to: 3 }, b: { from: 'x', to: 'y' } } }]);
  });

  it('are none when all is as before', () => {
    const there = aChange('modified', { a: { from: 1, to: 2 } });
    const back = aChange('modified', { a: { from: 2, to: 1 } });

    expect(joinChanges([there, back])).toEqual([]);
  });

  it('are new as long as it is', () => {
    const joined = joinChanges([aChange('new'), aChange('modified', { a: { from: 1, to: 2 } })]);

    expect(joined).toMatchObject([{ kind: 'new', changes: {}, record: { kind: 'modified' } }]);
  });

  it('end with its deletion', () => {
    expect(joinChanges([aChange('modified', { a: { from: 1, to: 2 } }), aChange('deleted')])).toMatchObject([
      { kind: 'deleted', changes: {} },
    ]);
  });
});
