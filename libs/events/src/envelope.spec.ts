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

  it('names the sync that found it', () => {
    const sync = { syncType: 'delta_sync', syncJobId: 'sjb_1', syncRunId: 'srn_2' } as const;
    const input = { eventType: 'record.new', eventData: {}, recordId: 'cand_1', syncDataType: 'ats_candidates', sync };

    const text = renderEnvelope({ ...input, eventId: 'evt-1795253400000123456789012' });

    expect(text).toContain(
      '"syncType":"delta_sync","syncDataType":"ats_candidates","syncJobId":"sjb_1","syncRunId":"srn_2","triggeredAt"',
    );
  });

  it('is not made for what is no event id', () => {
    const input = { eventId: 'evt-1', eventType: 'ping', eventData: {}, recordId: null, syncDataType: 'x' };

    expect(() => renderEnvelope(input)).toThrow("'evt-1' is no event id");
  });
});
