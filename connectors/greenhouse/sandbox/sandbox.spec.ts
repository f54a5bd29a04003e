import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SandboxContext, SandboxReply } from '#libs/connector-kit';
import { basicAuthorization } from '#libs/connector-kit';
import { MemorySandboxStore } from '../../../test/support/memory-sandbox-store.js';
import greenhouse from './index.js';

const KEY = 'gh_the-key';
const SELF = 'http://127.0.0.1:3000/sandbox/greenhouse';
const IMANI = '4071882003';
/** Has neither phone nor résumé. */
const SEOYEON = String(4_071_882_003 + 9 * 1009);

const FINISHED = {
  partner_status: 'complete',
  partner_profile_url: 'https://example.com/report/1',
  partner_score: 81,
  metadata: { Summary: 'Good', Percentile: 88 },
};

interface Call {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** A hub that says what it is told to say, by the last part of the path. */
function aHub(answers: Record<string, SandboxReply>) {
  const calls: Call[] = [];
  const tasks: (() => Promise<void>)[] = [];
  const store = new MemorySandboxStore();
  const memory = new Map<string, unknown>();
  const context: SandboxContext = {
    store,
    now: () => '2026-11-21T09:00:00.000Z',
    later: (task) => void tasks.push(task),
    pause: () => Promise.resolve(),
    settings: { candidates: 12, rateLimit: null },
    memory: <T>(name: string, make: () => T): T => {
      if (!memory.has(name)) memory.set(name, make());
      return memory.get(name) as T;
    },
    hub: {
      baseUrl: 'http://hub/partners/greenhouse/token',
      secretKey: KEY,
      selfUrl: SELF,
      publicUrl: 'http://hub',
      call: ({ method, url, headers, body }) => {
        const path = url.slice('http://hub/partners/greenhouse/token/'.length);
        calls.push({ method, path, headers, body: JSON.parse(body ?? '{}') as Call['body'] });
        return Promise.resolve(answers[path.split('?')[0]!] ?? said(404, 'no'));
      },
    },
  };
  const patch = async (id: string, headers: Record<string, string> = { authorization: basicAuthorization(KEY) }) => {
    const reply = await greenhouse.routes[0]!.handle(
      { method: 'PATCH', path: '', params: { id }, query: {}, headers, body: undefined },
      context,
    );
    for (const task of tasks.splice(0)) await task();
    return reply;
  };
  const orderOf = async (id: string) => {
    const { candidates } = await greenhouse.desk.view(context);
    return candidates.find((candidate) => candidate.id === id)?.order ?? null;
  };
  return { answers, calls, context, patch, orderOf };
}

const said = (status: number, body: unknown): SandboxReply => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  failure: null,
});

describe('the stand-in for Greenhouse', () => {
  let hub: ReturnType<typeof aHub>;

  beforeEach(async () => {
    hub = aHub({
      list_tests: said(200, [{ partner_test_id: 'backend-l2', partner_test_name: 'Backend' }]),
      send_test: said(200, { partner_interview_id: 'ats_ass_1' }),
      test_status: said(200, FINISHED),
      response_error: said(200, { status: 200 }),
    });
    await greenhouse.seed(hub.context.store);
    await greenhouse.desk.openStage(hub.context);
  });

  it('has a dozen candidates with ids beyond 32 bits, and keeps them as they are when it starts again', async () => {
    await greenhouse.seed(hub.context.store);

    const { candidates } = await greenhouse.desk.view(hub.context);
    expect(candidates).toHaveLength(12);
    expect(candidates.every(({ id }) => Number(id) > 4_000_000_000)).toBe(true);
  });

  it('takes the first test there is for its stage', async () => {
    const { stage } = await greenhouse.desk.view(hub.context);

    expect(stage).toMatchObject({ chosenTestId: 'backend-l2', tests: [{ id: 'backend-l2', name: 'Backend' }] });
  });

  it('orders a test as Greenhouse does', async () => {
    expect(await greenhouse.desk.sendTest(hub.context, IMANI)).toBeNull();

    expect(hub.calls.at(-1)).toEqual({
      method: 'POST',
      path: 'send_test',
      headers: { authorization: basicAuthorization(KEY), 'content-type': 'application/json' },
      body: {
        partner_test_id: 'backend-l2',
        candidate: {
          first_name: 'Imani',
          last_name: 'Okafor',
          preferred_name: 'Immy',
          resume_url: `${SELF}/resumes/4071882003/resume.pdf`,
          phone_number: '+44 20 7946 0123',
          email: 'imani.okafor@example.org',
          greenhouse_profile_url: 'https://app.greenhouse.io/people/4071882003?application_id=4190334003',
        },
        sent_by: 'robin.recruiter@lumen.example',
        url: `${SELF}/integrations/testing_partners/take_home_tests/4190334003001`,
      },
    });
    expect(await hub.orderOf(IMANI)).toMatchObject({ state: 'PENDING', assessmentId: 'ats_ass_1', result: null });
  });

  it('sends null for what a candidate does not have', async () => {
    await greenhouse.desk.sendTest(hub.context, SEOYEON);

    expect(hub.calls.at(-1)?.body.candidate).toMatchObject({
      preferred_name: null,
      phone_number: null,
      resume_url: null,
    });
  });

  it('orders once when the button is pressed twice', async () => {
    const outcomes = await Promise.all([
      greenhouse.desk.sendTest(hub.context, IMANI),
      greenhouse.desk.sendTest(hub.context, IMANI),
    ]);

    expect(outcomes.toSorted()).toEqual([expect.stringContaining('out already'), null]);
    expect(hub.calls.filter(({ path }) => path === 'send_test')).toHaveLength(1);
  });

  it('repeats an order that did not get through under the same address', async () => {
    hub.answers.send_test = { status: 0, body: '', failure: 'ECONNREFUSED' };
    expect(await greenhouse.desk.sendTest(hub.context, IMANI)).toBe('send_test got no answer: ECONNREFUSED');
    hub.answers.send_test = said(200, { partner_interview_id: 'ats_ass_1' });

    await greenhouse.desk.sendTest(hub.context, IMANI);

    const urls = hub.calls.filter(({ path }) => path === 'send_test').map(({ body }) => body.url);
    expect(new Set(urls).size).toBe(1);
    expect(await hub.orderOf(IMANI)).toMatchObject({ state: 'PENDING', notice: null });
  });

  it('shows the result after it was told and has asked itself', async () => {
    await greenhouse.desk.sendTest(hub.context, IMANI);

    expect(await hub.patch('4190334003001')).toEqual({ status: 204 });

    expect(hub.calls.at(-1)?.path).toBe('test_status?partner_interview_id=ats_ass_1');
    expect(await hub.orderOf(IMANI)).toMatchObject({
      state: 'FINISHED',
      result: {
        score: 81,
        profileUrl: 'https://example.com/report/1',
        details: [
          { label: 'Summary', value: 'Good' },
          { label: 'Percentile', value: '88' },
        ],
      },
    });
  });

  it('sends another test under another address after that', async () => {
    await greenhouse.desk.sendTest(hub.context, IMANI);
    await hub.patch('4190334003001');

    await greenhouse.desk.sendTest(hub.context, IMANI);

    expect(hub.calls.at(-1)?.body.url).toMatch(/4190334003002$/);
    expect(await hub.orderOf(IMANI)).toMatchObject({ state: 'PENDING', result: null });
  });

  it('shows nothing of a test that is not complete', async () => {
    hub.answers.test_status = said(200, { ...FINISHED, partner_status: 'incomplete' });
    await greenhouse.desk.sendTest(hub.context, IMANI);

    await hub.patch('4190334003001');

    expect(await hub.orderOf(IMANI)).toMatchObject({ state: 'PENDING', result: null });
  });

  it.each(['http://example.com/r', 'https://localhost/r', 'https://192.168.0.1/r', 'https://hub.internal/r'])(
    'shows no result at all with a report at %s',
    async (partner_profile_url) => {
      hub.answers.test_status = said(200, { ...FINISHED, partner_profile_url });
      await greenhouse.desk.sendTest(hub.context, IMANI);

      await hub.patch('4190334003001');

      expect(await hub.orderOf(IMANI)).toMatchObject({
        state: 'PENDING',
        result: null,
        notice: expect.stringContaining('no result is shown'),
      });
    },
  );

  it.each([
    ['without the key', {}],
    ['with another key', { authorization: basicAuthorization('gh_other') }],
    ['with a password', { authorization: basicAuthorization(KEY, 'x') }],
  ])('does not listen to a PATCH %s', async (_, headers) => {
    await greenhouse.desk.sendTest(hub.context, IMANI);

    expect(await hub.patch('4190334003001', headers as Record<string, string>)).toMatchObject({ status: 401 });
    expect(hub.calls.at(-1)?.path).toBe('send_test');
  });

  it('knows only its own take-home tests', async () => {
    expect(await hub.patch('1')).toMatchObject({ status: 404 });
  });

  it('complains about a malformed answer, to the hub and to the recruiter', async () => {
    hub.answers.send_test = said(200, { partner_interview_id: 17 });

    const problem = await greenhouse.desk.sendTest(hub.context, IMANI);

    expect(problem).toContain('partner_interview_id must be a string, not a number');
    expect(hub.calls.at(-1)).toMatchObject({
      path: 'response_error',
      body: {
        api_call: 'send_test',
        errors: ['partner_interview_id must be a string, not a number'],
        partner_test_id: 'backend-l2',
        partner_test_name: 'Backend',
        candidate_email: 'imani.okafor@example.org',
      },
    });
    expect((await greenhouse.desk.view(hub.context)).complaints).toEqual([
      expect.objectContaining({ call: 'send_test', reported: true }),
    ]);
    expect(await hub.orderOf(IMANI)).toMatchObject({ state: 'FAILED' });
  });

  it('tells the recruiter what a refusal says', async () => {
    hub.answers.send_test = said(422, 'partner_test_id: there is no such test');

    expect(await greenhouse.desk.sendTest(hub.context, IMANI)).toBe(
      'send_test was answered with 422: partner_test_id: there is no such test',
    );
  });

  it('keeps its chosen test, and can send it, when the hub does not list it any more', async () => {
    hub.answers.list_tests = said(200, [{ partner_test_id: 'sql', partner_test_name: 'SQL' }]);

    await greenhouse.desk.openStage(hub.context);

    expect((await greenhouse.desk.view(hub.context)).stage.chosenTestId).toBe('backend-l2');
    expect(await greenhouse.desk.sendTest(hub.context, IMANI)).toBeNull();
    expect(hub.calls.at(-1)?.body.partner_test_id).toBe('backend-l2');
  });

  it('serves the résumé of a candidate who has one', async () => {
    const serve = (candidate: string) =>
      greenhouse.routes[1]!.handle(
        { method: 'GET', path: '', params: { candidate, file: 'resume.pdf' }, query: {}, headers: {}, body: undefined },
        hub.context,
      );

    const { contentType, body } = await serve(IMANI);
    expect(contentType).toBe('application/pdf');
    expect(Buffer.from(body as Uint8Array).toString('latin1')).toMatch(/^%PDF-/);
    expect(await serve(SEOYEON)).toMatchObject({ status: 404 });
  });
});
