import { type SandboxContext, type SandboxReply, basicAuthorization } from '#libs/connector-kit';
import { type Checked, checkListTests, checkSendTest, checkTestStatus } from './answer-checks.js';
import { type Candidate, RECRUITER } from './company.js';
import { Complaints } from './complaints.js';
import type { TakeHomeTest } from './take-home-tests.js';

/** What a call to the partner came to: a usable answer, or what the recruiter is told. */
export type Called<T> = { value: T; problem: null } | { value: null; problem: string };

/** What this ATS knew when an answer did not suit it; goes into the complaint. */
interface Known {
  partner_test_id?: string;
  partner_test_name?: string;
  partner_interview_id?: string;
  candidate_email?: string;
}

interface Call<T> {
  name: 'list_tests' | 'send_test' | 'test_status';
  query?: string;
  body?: unknown;
  known: Known;
  check(body: string): Checked<T>;
}

/** Greenhouse's calls to its assessment partner, and its complaint about a malformed answer. */
export class PartnerCalls {
  private readonly complaints: Complaints;

  constructor(private readonly context: SandboxContext) {
    this.complaints = new Complaints(context.store);
  }

  listTests() {
    return this.call({ name: 'list_tests', known: {}, check: checkListTests });
  }

  sendTest(test: TakeHomeTest, candidate: Candidate) {
    const known = {
      partner_test_id: test.testId,
      partner_test_name: test.testName,
      candidate_email: candidate.email,
    };
    const body = orderBody(test, candidate, this.context.hub.selfUrl);
    return this.call({ name: 'send_test', body, known, check: checkSendTest });
  }

  testStatus(test: TakeHomeTest, interviewId: string) {
    const known = {
      partner_test_id: test.testId,
      partner_test_name: test.testName,
      partner_interview_id: interviewId,
    };
    const query = `?partner_interview_id=${encodeURIComponent(interviewId)}`;
    return this.call({ name: 'test_status', query, known, check: checkTestStatus });
  }

  private async call<T>({ name, query = '', body, known, check }: Call<T>): Promise<Called<T>> {
    const reply = await this.request(body === undefined ? 'GET' : 'POST', `${name}${query}`, body);
    if (reply.failure !== null) return { value: null, problem: `${name} got no answer: ${reply.failure}` };
    if (reply.status < 200 || reply.status > 299) return { value: null, problem: refusal(name, reply) };
    const { value, errors } = check(reply.body);
    if (errors === null) return { value, problem: null };
    await this.complain(name, errors, known);
    return { value: null, problem: `the answer to ${name} was malformed: ${errors.join('; ')}` };
  }

  private async complain(call: Call<unknown>['name'], errors: string[], known: Known): Promise<void> {
    const { status } = await this.request('POST', 'response_error', { api_call: call, errors, ...known });
    await this.complaints.add({ at: this.context.now(), call, errors, reported: status === 200 });
  }

  private request(method: string, path: string, body?: unknown): Promise<SandboxReply> {
    const { baseUrl, secretKey } = this.context.hub;
    const headers: Record<string, string> = { authorization: basicAuthorization(secretKey) };
    if (body === undefined) return this.context.hub.call({ method, url: `${baseUrl}/${path}`, headers });
    headers['content-type'] = 'application/json';
    return this.context.hub.call({ method, url: `${baseUrl}/${path}`, headers, body: JSON.stringify(body) });
  }
}

function refusal(name: string, { status, body }: SandboxReply): string {
  const text = /^\s*[<{[]/.test(body) ? '' : body.trim().slice(0, 300);
  return `${name} was answered with ${status}${text === '' ? '' : `: ${text}`}`;
}

// https://developers.greenhouse.io/assessment.html#send-test: what is unknown is null, never left out.
function orderBody(test: TakeHomeTest, candidate: Candidate, selfUrl: string) {
  return {
    partner_test_id: test.testId,
    candidate: {
      first_name: candidate.firstName,
      last_name: candidate.lastName,
      preferred_name: candidate.preferredName,
      resume_url: candidate.resume && `${selfUrl}/resumes/${candidate.id}/resume.pdf`,
      phone_number: candidate.phone,
      email: candidate.email,
      greenhouse_profile_url: `https://app.greenhouse.io/people/${candidate.id}?application_id=${candidate.applicationId}`,
    },
    sent_by: RECRUITER,
    url: `${selfUrl}/integrations/testing_partners/take_home_tests/${test.id}`,
  };
}
