import { describe, expect, it } from '@jest/globals';
import { renderEnvelope } from './envelope.js';

describe('an envelope', () => {
  it('has its fields in the order that is part of the contract', () => {
    const text = renderEnvelope({
      eventId: 'evt-1795253400000123456789012',
      eventType: 'record.new',
      eventData: { candidateAssessment: { b: 1, a: null } },
      recordId: 'ats_ass_PkX8gRRNx05D1cKvomNCW5',
      syncDataType: 'ats_assessments',
    });

    expect(text).toBe(
      '{"eventType":"record.new","eventData":{"candidateAssessment":{"b":1,"a":null}},' +
        '"eventId":"evt-1795253400000123456789012","recordId":"ats_ass_PkX8gRRNx05D1cKvomNCW5","syncType":"real_time",' +
        '"syncDataType":"ats_assessments","syncJobId":"real_time","syncRunId":"real_time_1795253400000",' +
        '"triggeredAt":1795253400000}',
    );
  });

  it('is not made for what is no event id', () => {
    const input = { eventId: 'evt-1', eventType: 'ping', eventData: {}, recordId: null, syncDataType: 'x' };

    expect(() => renderEnvelope(input)).toThrow("'evt-1' is no event id");
  });
});
