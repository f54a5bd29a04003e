import type { HubAssessment, HubDelivery, HubState, PageState } from '../../src/page-state.js';
import { ConnectionView } from './connection-view.js';
import { Badge, Panel, Time, type Tone, words } from './parts.js';

interface Props {
  hub: HubState;
  current: PageState['standIns'][number] | undefined;
  /** The hub's id of the selected candidate's order, if there is one. */
  ordered: string | null;
  candidate: string | null;
}

/** What the hub keeps and does, read over its public API. */
export function HubPanel({ hub, current, ordered, candidate }: Props) {
  const assessment = hub.assessment?.id === ordered ? hub.assessment : null;
  return (
    <Panel
      mark="hub"
      title="Hub"
      lead="Atsume itself: it stores the order, signs the event, keeps the result and tells the ATS."
    >
      {hub.problem && <p className="notice bad">{hub.problem}</p>}
      <h3>
        Assessment {candidate && <>of </>}
        <bdi>{candidate}</bdi>
      </h3>
      {assessment ? <AssessmentView assessment={assessment} /> : <p className="muted">No test was ordered yet.</p>}
      {hub.connection && current && (
        <ConnectionView slug={current.slug} ats={current.name} connection={hub.connection} />
      )}
      <h3>Latest deliveries to your app</h3>
      {hub.deliveries.length === 0 && <p className="muted">Nothing was sent yet.</p>}
      <ul className="deliveries">
        {hub.deliveries.map((delivery) => (
          <DeliveryView key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </Panel>
  );
}

const WRITEBACK: Readonly<Record<string, [Tone, string]>> = {
  NONE: ['plain', 'no result yet'],
  QUEUED: ['busy', 'telling the ATS'],
  NOTIFIED: ['busy', 'the ATS was told'],
  FETCHED: ['good', 'the ATS read the result'],
  FAILED: ['bad', 'the ATS could not be told'],
};

function AssessmentView({ assessment }: { assessment: HubAssessment }) {
  const { id, status, writeback, timeline } = assessment;
  const [tone, text] = WRITEBACK[writeback.state] ?? ['plain', ''];
  return (
    <>
      <p className="id">
        <code>{id}</code>
      </p>
      <dl aria-live="polite">
        <div>
          <dt>Status</dt>
          <dd>
            <Badge tone={status === 'COMPLETED' ? 'good' : 'busy'}>{status}</Badge>
          </dd>
        </div>
        <div>
          <dt>Writeback</dt>
          <dd>
            <Badge tone={tone}>{writeback.state}</Badge> <span className="muted">{writeback.lastError ?? text}</span>
          </dd>
        </div>
      </dl>
      <ol className="timeline">
        {timeline.map(({ at, type, data }, index) => (
          <li key={index}>
            <Time at={at} /> <b>{words(type)}</b> <span className="muted">{detailsOf(data)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function DeliveryView({ delivery: { eventId, status, lastAttempt } }: { delivery: HubDelivery }) {
  return (
    <li>
      <code>{eventId}</code> <Badge tone={toneOf(status)}>{status}</Badge>
      {lastAttempt && (
        <span className="muted">
          {' '}
          <Time at={lastAttempt.at} /> · {lastAttempt.statusCode ?? lastAttempt.error ?? 'no answer'} ·{' '}
          {lastAttempt.durationMs} ms
        </span>
      )}
    </li>
  );
}

function toneOf(status: string): Tone {
  if (status === 'DELIVERED') return 'good';
  return status === 'FAILED' ? 'bad' : 'busy';
}

/** The plain values of a timeline entry; a change reads `from → to`. */
function detailsOf(data: Record<string, unknown>): string {
  if (typeof data.from === 'string' && typeof data.to === 'string') return `${data.from} → ${data.to}`;
  return Object.entries(data)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
