import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FileFetchKind } from '#libs/files';
import { fileEndpointId } from '#libs/model';
import greenhouse from '../../connectors/greenhouse/index.js';
import { aGreenhouseOrder } from '../factories/greenhouse-order.js';
import { type AssessmentView, type Problem, readAssessment } from '../support/assessment.js';
import { deliverDue } from '../support/deliver.js';
import type { FeatureApp } from '../support/feature-app.js';
import { type ConnectedAts, connectAts, startOrderDesk } from '../support/order-desk.js';
import { startTarget, type Target } from '../support/target.js';

const PDF = `%PDF-1.7\n${'x'.repeat(50_000)}`;

describe('the résumé of an order', () => {
  let desk: FeatureApp;
  let target: Target;
  let ats: ConnectedAts;

  beforeAll(async () => {
    target = await startTarget();
    desk = await startOrderDesk([greenhouse], { PORT: String(target.port) });
    ats = await connectAts(desk, 'greenhouse');
    await desk.call('POST', '/v1/ats/assessments/packages', { body: { id: 'backend-l2', name: 'B' } });
  });
  afterAll(async () => {
    await desk.close();
    await target.close();
  });

  const order = async (resume_url: string): Promise<string> => {
    const reply = await ats.call('POST', 'send_test', { body: aGreenhouseOrder({}, { resume_url }) });
    return (reply.json as { partner_interview_id: string }).partner_interview_id;
  };
  const fetchFiles = () => deliverDue(desk, desk.get(FileFetchKind), fileEndpointId(ats.integrationId));
  const fetched = async (url = target.url('cv.pdf')): Promise<AssessmentView> => {
    const id = await order(url);
    await fetchFiles();
    return readAssessment(desk, id);
  };
  const answering = (status: number, body: string | Buffer = '', headers: Record<string, string> = {}) => {
    target.answer = (_, response) => void response.writeHead(status, headers).end(body);
  };
  const download = (url: string, apiKey = desk.apiKey) =>
    fetch(desk.url + new URL(url).pathname, { headers: { authorization: `Bearer ${apiKey}` } });

  it('is fetched at once and kept under a link that stays', async () => {
    answering(200, PDF, { 'content-disposition': `attachment; filename*=UTF-8''%E5%B1%A5%E6%AD%B4%E6%9B%B8.pdf` });
    const { resume, timeline } = await fetched();

    expect(resume).toMatchObject({
      status: 'STORED',
      name: '履歴書.pdf',
      contentType: 'application/pdf',
      sizeBytes: PDF.length,
      error: null,
    });
    expect(timeline.at(-1)).toMatchObject({ type: 'RESUME', data: { status: 'STORED' } });
    const reply = await download(resume!.url);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(PDF.length),
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="___.pdf"; filename*=UTF-8''%E5%B1%A5%E6%AD%B4%E6%9B%B8.pdf`,
    });
    expect([reply.status, await reply.text()]).toEqual([200, PDF]);
  });

  it('is nobody else’s', async () => {
    answering(200, PDF);
    const { resume } = await fetched();
    const { apiKey } = await desk.anotherAccount();

    expect((await download(resume!.url, apiKey)).status).toBe(404);
    expect((await download(resume!.url, 'nope')).status).toBe(401);
    expect((await desk.call('GET', '/v1/files/fil_0000000000000000000000')).status).toBe(404);
    expect((await desk.call('GET', '/v1/files/x')).status).toBe(404);
  });

  it('is a conflict while it is being fetched', async () => {
    const id = await order(target.url('slow.pdf'));
    const { resume } = await readAssessment(desk, id);

    const { status, body } = await desk.call<Problem>('GET', new URL(resume!.url).pathname);

    expect([status, body.code, body.detail]).toEqual([409, 'conflict', 'The file is still being fetched.']);
    answering(200, PDF);
    await fetchFiles();
    expect((await download(resume!.url)).status).toBe(200);
  });

  it.each<[string, () => void, string]>([
    ['is a web page', () => answering(200, '<!doctype html><title>Sign in</title>'), 'file_type_not_allowed'],
    [
      'is a program',
      () => answering(200, Buffer.from('MZ\x90\0', 'latin1'), { 'content-type': 'application/pdf' }),
      'file_type_not_allowed',
    ],
    ['is empty', () => answering(200), 'file_empty'],
    [
      'says it is too large',
      () => answering(200, PDF, { 'content-length': String(26 * 1024 * 1024) }),
      'file_too_large',
    ],
    [
      'is too large',
      () =>
        answering(200, Buffer.concat([Buffer.from(PDF), Buffer.alloc(26 * 1024 * 1024)]), {
          'transfer-encoding': 'chunked',
        }),
      'file_too_large',
    ],
    ['is gone', () => answering(404), 'http_404'],
    ['is elsewhere', () => answering(302, '', { location: 'http://169.254.169.254/' }), 'http_302'],
  ])('is not kept when it %s, and the record says why', async (_, arrange, error) => {
    arrange();
    const { resume, timeline } = await fetched();

    expect(resume).toMatchObject({ status: 'FAILED', error });
    expect(timeline.at(-1)).toMatchObject({ type: 'RESUME', data: { status: 'FAILED', error } });
    const { status, body } = await desk.call<Problem>('GET', new URL(resume!.url).pathname);
    expect([status, body.detail]).toEqual([404, expect.stringContaining(error)]);
  });

  it.each([
    'http://127.0.0.1:1/cv.pdf',
    'https://127.0.0.1/cv.pdf',
    'https://[::1]/cv.pdf',
    'https://localhost/cv.pdf',
    'http://files.example/cv.pdf',
  ])('is never fetched from %s', async (url) => {
    expect((await fetched(url)).resume).toMatchObject({ status: 'FAILED', error: 'unsafe_target' });
  });

  it('is fetched again after a failure that may pass', async () => {
    answering(503);
    const id = await order(target.url('cv.pdf'));
    await fetchFiles();
    const { resume } = await readAssessment(desk, id);
    target.answer = (_, response) =>
      void response.writeHead(200, { 'content-length': '9999' }).end(PDF.slice(0, 100), () => response.destroy());
    await fetchFiles();
    const cutOff = (await readAssessment(desk, id)).resume;
    answering(200, PDF);
    await fetchFiles();

    expect([resume?.status, cutOff?.status, (await readAssessment(desk, id)).resume?.status]).toEqual([
      'PENDING',
      'PENDING',
      'STORED',
    ]);
  });
});
