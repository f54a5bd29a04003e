import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderEnvelope } from './envelope.js';
import { strictForm } from './strict-form.js';

const BARE = { description: null, metaData: null, name: null, type: null };

describe('the strict form of an event', () => {
  const event = (eventData: object): string =>
    renderEnvelope({
      eventId: 'evt-1795253400000123456789012',
      eventType: 'record.modified',
      eventData,
      recordId: null,
      syncDataType: 'ats_assessments',
    });
  const record = (applicationId: string, assessmentPackage: object, originData: unknown): string =>
    event({ candidateAssessment: { applicationId, assessmentPackage, callbackUrl: null, originData }, changes: {} });

  it('is the event with nothing but the id of its package, whatever the strings and objects around it are', () => {
    const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"assessmentPackage":{', '}', '\\', '"}', '{'));
    const field = fc.option(odd);
    const aPackage = fc.record({ description: field, id: odd, metaData: fc.jsonValue(), name: field, type: field });
    fc.assert(
      fc.property(odd, aPackage, fc.oneof(fc.jsonValue(), odd), (applicationId, { id, ...rest }, originData) => {
        const { description, metaData, name, type } = rest;
        const plain = record(applicationId, { description, id, metaData, name, type }, originData);

        const strict = strictForm(plain);

        const { description: none, ...bare } = BARE;
        expect(strict).toBe(record(applicationId, { description: none, id, ...bare }, originData));
        expect(strictForm(strict)).toBe(strict);
      }),
    );
  });

  it.each([
    ['tells of no record', event({ endpoint: { id: 'whe_1', url: '"assessmentPackage":{"id":"x"}' } })],
    [
      'has a package of somebody else’s',
      event({ other: { originData: { assessmentPackage: { id: 'x', name: 'y' } } } }),
    ],
    ['is no envelope', '{"fileId":"fil_1"}'],
  ])('is the event as it is when it %s', (_what, payload) => {
    expect(strictForm(payload)).toBe(payload);
  });
});
