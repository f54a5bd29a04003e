import type { SandboxAction, SandboxCandidate, SandboxContext, SandboxDesk, SandboxOrder } from '#libs/connector-kit';
import { STAGE_NAME } from './company.js';
import { Complaints } from './complaints.js';
import { type World, worldOf } from './data/world.js';
import { actAtDesk } from './desk-actions.js';
import { type Person, deskPeople, findPerson, jobOf, pipelineOf } from './desk-people.js';
import { listFaults, setFault } from './faults.js';
import { PartnerCalls } from './partner-calls.js';
import { readStatus } from './status-reading.js';
import { type TakeHomeTest, TakeHomeTests } from './take-home-tests.js';
import { addByHand, viewWebhooks } from './webhooks/by-hand.js';

/** The stage of the interview plan that the partner's tests are sent from. */
interface Stage {
  tests: { id: string; name: string }[];
  chosenTestId: string | null;
  notice: string | null;
}

const EMPTY_STAGE: Stage = { tests: [], chosenTestId: null, notice: null };

const LABELS: Readonly<Record<TakeHomeTest['state'], string>> = {
  SENDING: 'Sending…',
  FAILED: 'Not sent',
  PENDING: 'Sent, awaiting result',
  FINISHED: 'Received, ready to review',
};

/** The recruiter's side of the stand-in. */
export const desk: SandboxDesk = {
  async view(context) {
    const { store } = context;
    const [world, tests] = await Promise.all([worldOf(context), new TakeHomeTests(store).latest()]);
    return {
      candidates: deskPeople(world).map((person) => toView(world, person, tests.get(person.row.id))),
      stage: { name: STAGE_NAME, ...(await readStage(store)) },
      complaints: await new Complaints(store).newestFirst(),
      actions: [ADD],
      faults: listFaults(context),
      webhooks: await viewWebhooks(context),
    };
  },

  async openStage(context) {
    const stage = await readStage(context.store);
    const { value, problem } = await new PartnerCalls(context).listTests();
    const listed = value?.map((test) => ({ id: test.partner_test_id, name: test.partner_test_name })) ?? stage.tests;
    // A stage keeps its test even when the partner no longer lists it.
    const chosen = stage.tests.find(({ id }) => id === stage.chosenTestId) ?? listed[0] ?? null;
    const tests = chosen && !listed.some(({ id }) => id === chosen.id) ? [...listed, chosen] : listed;
    await context.store.put('stages', '1', { tests, chosenTestId: chosen?.id ?? null, notice: problem });
    return problem;
  },

  async chooseTest({ store }, testId) {
    const stage = await readStage(store);
    if (!stage.tests.some(({ id }) => id === testId)) return 'The partner does not offer this test.';
    await store.put('stages', '1', { ...stage, chosenTestId: testId });
    return null;
  },

  async sendTest(context, candidateId) {
    const candidate = findPerson(await worldOf(context), candidateId)?.candidate;
    if (!candidate) return 'There is no such candidate.';
    if (candidate.applicationId === 0) return 'This candidate has no application.';
    const stage = await readStage(context.store);
    const chosen = stage.tests.find(({ id }) => id === stage.chosenTestId);
    if (!chosen) return 'No test is chosen for this stage yet.';
    const tests = new TakeHomeTests(context.store);
    const test = await tests.begin(candidate, chosen, context.now());
    if (!test) return 'A test is out already: its result has to come first.';
    const { value, problem } = await new PartnerCalls(context).sendTest(test, candidate);
    const sent = { state: 'PENDING', interviewId: value?.partner_interview_id ?? null, notice: null } as const;
    await tests.save({ ...test, ...(value ? sent : { state: 'FAILED', notice: problem }) });
    return problem;
  },

  async checkStatus(context, candidateId) {
    const test = (await new TakeHomeTests(context.store).latest()).get(Number(candidateId));
    return test ? readStatus(test, context) : 'No test was sent to this candidate.';
  },

  act: actAtDesk,

  setFault(context, { id, count }) {
    const isKnown = setFault(context, id, { left: count }) !== null;
    return Promise.resolve(isKnown ? null : 'There is no such fault.');
  },

  addWebhooks: addByHand,
};

const ADD: SandboxAction = {
  id: 'add',
  label: 'Add an applicant',
  input: { label: 'Name of a new applicant', kind: 'text', options: [], value: '' },
};

async function readStage(store: SandboxContext['store']): Promise<Stage> {
  return (await store.get<Stage>('stages', '1')) ?? EMPTY_STAGE;
}

function toView(world: World, person: Person, test: TakeHomeTest | undefined): SandboxCandidate {
  const { candidate } = person;
  const preferred = candidate.preferredName ? ` (${candidate.preferredName})` : '';
  return {
    id: String(candidate.id),
    name: `${candidate.firstName} ${candidate.lastName}${preferred}`,
    email: candidate.email,
    job: jobOf(world, person),
    pipeline: pipelineOf(world, person),
    order: test ? toOrder(test) : null,
  };
}

function toOrder({ id, interviewId, testName, state, sentAt, result, notice }: TakeHomeTest): SandboxOrder {
  return {
    id,
    assessmentId: interviewId,
    testName,
    state,
    label: LABELS[state],
    sentAt,
    notice,
    result: result && {
      score: result.partner_score,
      profileUrl: result.partner_profile_url,
      details: Object.entries(result.metadata).map(([label, value]) => ({ label, value: String(value) })),
    },
  };
}
