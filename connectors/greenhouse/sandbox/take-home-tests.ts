import type { SandboxStore } from '#libs/connector-kit';
import type { TestStatus } from './answer-checks.js';
import type { Candidate } from './company.js';

/** A test sent to a candidate, as this ATS keeps it. */
export interface TakeHomeTest {
  /** The last part of the address that is told of the result. */
  id: string;
  candidateId: number;
  testId: string;
  testName: string;
  state: 'SENDING' | 'FAILED' | 'PENDING' | 'FINISHED';
  sentAt: string;
  interviewId: string | null;
  result: TestStatus | null;
  notice: string | null;
}

const COLLECTION = 'take_home_tests';

/** The take-home tests of the company. */
export class TakeHomeTests {
  constructor(private readonly store: SandboxStore) {}

  find(id: string): Promise<TakeHomeTest | null> {
    return this.store.get(COLLECTION, id);
  }

  save(test: TakeHomeTest): Promise<void> {
    return this.store.put(COLLECTION, test.id, test);
  }

  /** The latest test of every candidate who has one. */
  async latest(): Promise<Map<number, TakeHomeTest>> {
    const tests = await this.store.list<TakeHomeTest>(COLLECTION);
    return new Map(tests.map((test) => [test.candidateId, test]));
  }

  /**
   * A test to send now: the one that did not get through, so that sending it again is the same order, or a new one.
   * Null when one is out already, also for the second of two that press the button at the same instant.
   */
  async begin(candidate: Candidate, chosen: { id: string; name: string }, now: string): Promise<TakeHomeTest | null> {
    const last = (await this.latest()).get(candidate.id);
    if (last?.state === 'PENDING') return null;
    const fresh = { testId: chosen.id, testName: chosen.name, state: 'SENDING', sentAt: now, notice: null } as const;
    if (last && last.state !== 'FINISHED') {
      const again = { ...last, ...fresh };
      await this.save(again);
      return again;
    }
    const id = last ? String(BigInt(last.id) + 1n) : `${candidate.applicationId}001`;
    const test: TakeHomeTest = { id, candidateId: candidate.id, interviewId: null, result: null, ...fresh };
    return (await this.store.insert(COLLECTION, id, test)) ? test : null;
  }
}
