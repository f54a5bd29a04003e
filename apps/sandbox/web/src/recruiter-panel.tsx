import type { SandboxCandidate, SandboxComplaint, SandboxDeskView } from '#libs/connector-kit';
import type { PageState } from '../../src/page-state.js';
import { ActionForm } from './action-form.js';
import { act, chooseTest, checkStatus, openStage, sendTest } from './api.js';
import { Faults, Webhooks } from './ats-extras.js';
import { OrderView } from './order-view.js';
import { Action, Badge, Panel, Problem, Time, type Tone, useAction, useSetting } from './parts.js';
import { PipelineView } from './pipeline-view.js';

type StandIn = PageState['standIns'][number];

interface Props {
  standIns: StandIn[];
  current: StandIn;
  desk: SandboxDeskView;
  candidate: SandboxCandidate;
  onStandIn: (slug: string) => void;
  onCandidate: (id: string) => void;
}

/** What the recruiter sees in the ATS. */
export function RecruiterPanel({ standIns, current, desk, candidate, onStandIn, onCandidate }: Props) {
  return (
    <Panel
      mark="ats"
      title={`${current.name} (stand-in)`}
      lead={`The recruiter at ${current.company}. It asks the hub for tests, orders them, and checks every answer.`}
    >
      {standIns.length > 1 && <StandInPicker standIns={standIns} current={current} onStandIn={onStandIn} />}
      <Stage slug={current.slug} stage={desk.stage} />
      <h3 id="candidates">Candidates</h3>
      <ul className="candidates" aria-labelledby="candidates">
        {desk.candidates.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className="row"
              aria-pressed={one.id === candidate.id}
              onClick={() => onCandidate(one.id)}
            >
              <span>
                <bdi>{one.name}</bdi>
                <small>{one.job}</small>
              </span>
              {one.order ? (
                <Badge tone={toneOf(one)}>{shortOf(one)}</Badge>
              ) : (
                <small>{one.pipeline?.current ?? one.pipeline?.status}</small>
              )}
            </button>
          </li>
        ))}
      </ul>
      <CandidateView slug={current.slug} candidate={candidate} hasTest={desk.stage.chosenTestId !== null} />
      {desk.actions.map((action) => (
        <ActionForm key={action.id} action={action} act={(value) => act(current.slug, { action: action.id, value })} />
      ))}
      {desk.webhooks.length > 0 && <Webhooks slug={current.slug} webhooks={desk.webhooks} />}
      {desk.faults.length > 0 && <Faults slug={current.slug} faults={desk.faults} />}
      <Complaints complaints={desk.complaints} />
    </Panel>
  );
}

function StandInPicker({ standIns, current, onStandIn }: Pick<Props, 'standIns' | 'current' | 'onStandIn'>) {
  return (
    <label className="field">
      ATS
      <select value={current.slug} onChange={({ target }) => onStandIn(target.value)}>
        {standIns.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Stage({ slug, stage }: { slug: string; stage: SandboxDeskView['stage'] }) {
  const { value, set, problem } = useSetting(stage.chosenTestId ?? '', (testId) => chooseTest(slug, testId));
  return (
    <div className="stage">
      <label className="field">
        Test in the stage “{stage.name}”
        <select value={value} onChange={({ target }) => set(target.value)}>
          {stage.tests.length === 0 && <option value="">No tests yet</option>}
          {stage.tests.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Action kind="quiet" act={() => openStage(slug)}>
        Reload tests
      </Action>
      <Problem text={problem} />
      {stage.notice && <p className="notice bad">{stage.notice}</p>}
    </div>
  );
}

interface CandidateProps {
  slug: string;
  candidate: SandboxCandidate;
  hasTest: boolean;
}

function CandidateView({ slug, candidate, hasTest }: CandidateProps) {
  const { order } = candidate;
  const isOut = order?.state === 'PENDING';
  return (
    <article className="candidate" aria-labelledby="candidate">
      <h3 id="candidate">
        <bdi>{candidate.name}</bdi>
      </h3>
      <p className="muted">
        {candidate.email} · {candidate.job}
      </p>
      {/* A candidate's problem stays with that candidate. */}
      <SendTest key={candidate.id} {...{ slug, candidate }} disabled={isOut || !hasTest} />
      {order && <OrderView order={order} />}
      {isOut && (
        <Action kind="quiet" act={() => checkStatus(slug, candidate.id)}>
          Check status now
        </Action>
      )}
      <PipelineView slug={slug} candidate={candidate} />
    </article>
  );
}

function SendTest({ slug, candidate, disabled }: Omit<CandidateProps, 'hasTest'> & { disabled: boolean }) {
  const { busy, problem, run } = useAction(() => sendTest(slug, candidate.id));
  return (
    <>
      <button type="button" className="primary" disabled={disabled || busy} onClick={run}>
        {labelOf(candidate)}
      </button>
      <Problem text={problem} />
    </>
  );
}

function labelOf({ order }: SandboxCandidate): string {
  if (order?.state === 'FINISHED') return 'Send another test';
  return order?.state === 'PENDING' ? 'Test sent' : 'Send Test';
}

function toneOf({ order }: SandboxCandidate): Tone {
  if (order?.state === 'FAILED') return 'bad';
  return order?.state === 'FINISHED' ? 'good' : 'busy';
}

function shortOf({ order }: SandboxCandidate): string {
  if (order?.state === 'FAILED') return 'Not sent';
  if (order?.state !== 'FINISHED') return 'Sent';
  return order.result?.score == null ? 'Received' : String(order.result.score);
}

function Complaints({ complaints }: { complaints: SandboxComplaint[] }) {
  return (
    <div className="complaints">
      <h3>Answers it did not accept</h3>
      {complaints.length === 0 && <p className="muted">None: every answer of the hub was well-formed.</p>}
      <ul>
        {complaints.map(({ at, call, errors, reported }) => (
          <li key={`${at}${call}`}>
            <Time at={at} /> <code>{call}</code>: {errors.join('; ')}{' '}
            <Badge tone={reported ? 'plain' : 'bad'}>{reported ? 'hub was told' : 'hub did not take it'}</Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}
