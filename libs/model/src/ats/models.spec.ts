import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ID_PREFIX } from '../ids.js';
import { MODELS, MODEL_NAMES, type ModelName, SENSITIVE_MODELS, isRecordId, recordId } from './models.js';

const INTEGRATION = 'int_0000000000000000000001';

describe('the models', () => {
  it('have prefixes that neither another model nor another kind of id has', () => {
    const all = [...Object.values(MODELS).map(({ prefix }) => prefix), ...Object.values(ID_PREFIX)];

    expect(new Set(all).size).toBe(all.length);
  });

  it('have a name for one record that no other has', () => {
    expect(new Set(Object.values(MODELS).map(({ one }) => one)).size).toBe(MODEL_NAMES.length);
  });

  it.each(MODEL_NAMES)('%s refer to models by fields that end in RemoteId', (model) => {
    for (const [field, of] of Object.entries(MODELS[model].refs)) {
      expect(field).toMatch(/[a-z]RemoteIds?$/);
      expect(MODEL_NAMES).toContain(of);
    }
  });

  it.each(MODEL_NAMES)('%s die with records that come before them, so that deletions lock in one order', (model) => {
    const { refs, diesWith = [] }: { refs: Record<string, string>; diesWith?: readonly string[] } = MODELS[model];
    for (const field of diesWith) {
      expect(MODEL_NAMES.indexOf(refs[field] as ModelName)).toBeGreaterThanOrEqual(0);
      expect(MODEL_NAMES.indexOf(refs[field] as ModelName)).toBeLessThan(MODEL_NAMES.indexOf(model));
    }
  });

  it('are sensitive where they say who somebody is by law', () => {
    expect(SENSITIVE_MODELS).toEqual(['eeoc']);
  });
});

describe('the id of a record', () => {
  const anything = fc.string({ minLength: 1 });
  const model = fc.constantFrom(...MODEL_NAMES);

  it('is the same for ever', () => {
    expect(recordId(INTEGRATION, 'candidates', '4071882003')).toBe('cand_492gcTIR5zUUXKuOvrdudJ');
  });

  it('has its form whatever the ATS calls the record', () => {
    fc.assert(
      fc.property(model, anything, (of, remoteId) => {
        const id = recordId(INTEGRATION, of, remoteId);
        expect(id).toMatch(new RegExp(`^${MODELS[of].prefix}[0-9A-Za-z]{22}$`));
        expect(isRecordId(of, id)).toBe(true);
      }),
    );
  });

  it('is another for another integration, model or remote id', () => {
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        const ids = [
          recordId(INTEGRATION, 'candidates', a),
          recordId('int_0000000000000000000002', 'candidates', a),
          recordId(INTEGRATION, 'candidates', `${a}${b}`),
        ];
        expect(new Set(ids).size).toBe(3);
        expect(recordId(INTEGRATION, 'jobs', a).slice(-22)).not.toBe(ids[0]!.slice(-22));
      }),
    );
  });

  it.each([
    ['of another model', recordId(INTEGRATION, 'jobs', '1')],
    ['one character short', recordId(INTEGRATION, 'candidates', '1').slice(0, -1)],
    ['one character long', `${recordId(INTEGRATION, 'candidates', '1')}0`],
    ['with a foreign character', `cand_${'-'.repeat(22)}`],
    ['with a line break', `${recordId(INTEGRATION, 'candidates', '1').slice(0, -1)}\n`],
    ['empty', ''],
  ])('is not one that is %s', (_what, value) => {
    expect(isRecordId('candidates' satisfies ModelName, value)).toBe(false);
  });
});
