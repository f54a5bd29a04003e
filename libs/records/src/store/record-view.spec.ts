import { describe, expect, it } from '@jest/globals';
import { MODELS, type ModelName, recordId } from '#libs/model';
import type { StoredRecord } from './record-change.js';
import { toRecordView } from './record-view.js';

const INTEGRATION = 'int_0000000000000000000001';
const AT = new Date('2026-11-21T10:00:00.123Z');

const aRecord = (model: ModelName, data: Record<string, unknown>): StoredRecord => ({
  id: recordId(INTEGRATION, model, '1'),
  integrationId: INTEGRATION,
  model,
  remoteId: '1',
  data: { remoteId: '1', remoteUrl: null, remoteCreatedAt: null, remoteUpdatedAt: null, customFields: [], ...data },
  firstSeenAt: AT,
  changedAt: AT,
  deletedAt: null,
});
const idOf = (model: ModelName, remoteId: string) => recordId(INTEGRATION, model, remoteId);

describe('the view of a record', () => {
  it('begins with what every record has, in one order', () => {
    const view = toRecordView(aRecord('tags', { name: 'A', remoteUrl: 'https://ats.example/1' }), 'acme-ats');

    expect(Object.keys(view)).toEqual([
      'id',
      'integrationId',
      'provider',
      'remoteId',
      'remoteUrl',
      'remoteCreatedAt',
      'remoteUpdatedAt',
      'firstSeenAt',
      'changedAt',
      'deletedAt',
      'customFields',
      'name',
    ]);
    expect(view).toMatchObject({ firstSeenAt: '2026-11-21T10:00:00.123Z', remoteUrl: 'https://ats.example/1' });
    expect(toRecordView(aRecord('tags', {}))).not.toHaveProperty('provider');
  });

  it('has our id beside each of the ATS, of lists too, and null where there is none', () => {
    const view = toRecordView(
      aRecord('applications', { candidateRemoteId: '4', jobRemoteId: null, prospectiveJobRemoteIds: ['5', '6'] }),
    );

    expect(view).toMatchObject({
      candidateId: idOf('candidates', '4'),
      candidateRemoteId: '4',
      jobId: null,
      jobRemoteId: null,
      prospectiveJobIds: [idOf('jobs', '5'), idOf('jobs', '6')],
    });
    expect(view).not.toHaveProperty('stageId');
  });

  it('has them within the hiring team as well', () => {
    const view = toRecordView(aRecord('jobs', { hiringTeam: [{ userRemoteId: '3', role: { value: 'RECRUITER' } }] }));

    expect(view.hiringTeam).toEqual([{ userId: idOf('users', '3'), userRemoteId: '3', role: { value: 'RECRUITER' } }]);
  });

  it('never has the address of a file', () => {
    const view = toRecordView(
      aRecord('attachments', { file: { filename: 'cv.pdf', url: 'https://s3.example/secret', contentType: null } }),
    );

    expect(view.file).toEqual({ filename: 'cv.pdf', contentType: null });
  });

  it.each(Object.keys(MODELS) as ModelName[])('names every reference of %s by a field of its own', (model) => {
    const refs = Object.keys(MODELS[model].refs);
    const data = Object.fromEntries(refs.map((field) => [field, field.endsWith('Ids') ? ['9'] : '9']));

    const view = toRecordView(aRecord(model, data));

    for (const field of refs) expect(view).toHaveProperty(field.replace('RemoteId', 'Id'));
    for (const [field, of] of Object.entries(MODELS[model].refs)) {
      expect([view[field.replace('RemoteId', 'Id')]].flat()).toEqual([idOf(of, '9')]);
    }
  });
});
