import type { SandboxContext } from '#libs/connector-kit';
import type { TestStatus } from './answer-checks.js';
import { PartnerCalls } from './partner-calls.js';
import { type TakeHomeTest, TakeHomeTests } from './take-home-tests.js';

/** Calls test_status and keeps what it says. Only `complete` shows anything; every other word means "not yet". */
export async function readStatus(test: TakeHomeTest, context: SandboxContext): Promise<string | null> {
  if (test.interviewId === null) return null;
  const { value, problem } = await new PartnerCalls(context).testStatus(test, test.interviewId);
  await new TakeHomeTests(context.store).save(value ? afterStatus(test, value) : { ...test, notice: problem });
  return problem;
}

function afterStatus(test: TakeHomeTest, status: TestStatus): TakeHomeTest {
  if (status.partner_status !== 'complete') {
    return { ...test, notice: `The partner says "${status.partner_status}": not finished yet.` };
  }
  if (!isPublicHttps(status.partner_profile_url ?? '')) {
    return {
      ...test,
      notice: 'Finished, but no result is shown: the link to the report is not a public https address.',
    };
  }
  return { ...test, state: 'FINISHED', result: status, notice: null };
}

/** A name that only this machine or its network knows, or any address by number, is not public. */
function isPublicHttps(address: string): boolean {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:') return false;
  const isNumeric = url.hostname.startsWith('[') || /^[\d.]+$/.test(url.hostname);
  const isLocal = !url.hostname.includes('.') || /\.(localhost|local|internal|test|invalid)$/.test(url.hostname);
  return !isNumeric && !isLocal;
}
