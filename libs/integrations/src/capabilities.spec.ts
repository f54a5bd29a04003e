import { describe, expect, it } from '@jest/globals';
import { acmeAts, plainAts } from '../testing/index.js';
import { capabilitiesOf } from './capabilities.js';

describe('what an ATS can do', () => {
  it('is what its connector declares', () => {
    expect(capabilitiesOf(acmeAts)).toEqual({
      assessments: 'SUPPORTED',
      assessmentCancellation: 'UNSUPPORTED',
      assessmentProgress: 'UNSUPPORTED',
      responseErrors: 'SUPPORTED',
      records: 'UNSUPPORTED',
      actions: 'UNSUPPORTED',
      providerWebhooks: 'UNSUPPORTED',
    });
  });

  it.each([
    ['a connector without the part', plainAts],
    ['a connector that is gone', undefined],
  ])('is nothing for %s', (_what, connector) => {
    expect(new Set(Object.values(capabilitiesOf(connector)))).toEqual(new Set(['UNSUPPORTED']));
  });
});
