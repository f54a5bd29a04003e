import type { ReceivedEvent, VendorOrder, VendorState } from '../../src/page-state.js';
import { setAutomatic } from './api.js';
import { Badge, Panel, Problem, Time, useSetting, words } from './parts.js';
import { ReportForm } from './report-form.js';

interface Props {
  vendor: VendorState;
  /** The hub's id of the selected candidate's order, if there is one. */
  selected: string | null;
}

/** The subscriber: an assessment vendor's app, as you would write it. */
export function VendorPanel({ vendor, selected }: Props) {
  const waiting = vendor.orders.filter(
    ({ state, automatic, problem }) => state !== 'COMPLETED' && (!automatic || problem),
  );
  const done = vendor.orders.find(({ assessmentId, state }) => assessmentId === selected && state === 'COMPLETED');
  return (
    <Panel
      mark="vendor"
      title="Your app (demo vendor)"
      lead="It receives signed events, verifies them with the svix package, and reports the result to the hub's API."
    >
      <AutomaticSwitch automatic={vendor.automatic} />
      {waiting.map((order) => (
        <OrderToReport key={order.assessmentId} order={order} />
      ))}
      {done && (
        <details className="again">
          <summary>Report another result for {done.candidate}</summary>
          <p className="muted">Another content makes a new version; the ATS is told again.</p>
          <ReportForm key={done.assessmentId} assessmentId={done.assessmentId} />
        </details>
      )}
      <h3>Received events</h3>
      {vendor.events.length === 0 && <p className="muted">None yet: send a test.</p>}
      <ul className="events" aria-live="polite">
        {vendor.events.map((event) => (
          <EventView key={event.id} event={event} isSelected={event.recordId !== null && event.recordId === selected} />
        ))}
      </ul>
    </Panel>
  );
}

function AutomaticSwitch({ automatic }: { automatic: boolean }) {
  const { value, set, problem } = useSetting(automatic, setAutomatic);
  return (
    <label className="switch">
      <input type="checkbox" role="switch" checked={value} onChange={({ target }) => set(target.checked)} />
      <span>
        Answer automatically
        <small>
          {value
            ? 'Starts a test after a second and reports a result after two.'
            : 'New orders wait until you report their result below.'}
        </small>
        <Problem text={problem} />
      </span>
    </label>
  );
}

function OrderToReport({ order }: { order: VendorOrder }) {
  return (
    <div className="waiting">
      <h3>
        Waiting for you: <bdi>{order.candidate}</bdi>
      </h3>
      <p className="muted">{order.test}</p>
      {order.problem && <p className="notice bad">{order.problem}</p>}
      <ReportForm assessmentId={order.assessmentId} />
    </div>
  );
}

function EventView({ event, isSelected }: { event: ReceivedEvent; isSelected: boolean }) {
  return (
    <li className={isSelected ? 'selected' : ''}>
      <details>
        <summary>
          <b>{event.type}</b> <span>{dataTypeOf(event.body)}</span>
          <Badge tone={event.verified ? 'good' : 'bad'}>{event.verified ? 'Verified' : 'Not verified'}</Badge>
          {event.copies > 1 && <Badge tone="plain">{event.copies} copies</Badge>}
          <span className="muted">
            <bdi>{nameIn(event.body)}</bdi> {statusIn(event.body)} <Time at={event.receivedAt} />
          </span>
        </summary>
        <pre tabIndex={0} aria-label={`Body of ${event.type}`}>
          {JSON.stringify(event.body, null, 2)}
        </pre>
      </details>
    </li>
  );
}

interface RecordEvent {
  syncDataType?: string;
  eventData?: {
    candidateAssessment?: { status?: string; candidate?: { firstName: string | null; lastName: string | null } };
  };
}

/** What kind of record it is about, in words. */
function dataTypeOf(body: unknown): string {
  const { syncDataType } = body as RecordEvent;
  return syncDataType?.startsWith('ats_') ? words(syncDataType.slice('ats_'.length)) : '';
}

function nameIn(body: unknown): string {
  const { candidate } = (body as RecordEvent).eventData?.candidateAssessment ?? {};
  return [candidate?.firstName, candidate?.lastName].filter(Boolean).join(' ');
}

function statusIn(body: unknown): string {
  const { status } = (body as RecordEvent).eventData?.candidateAssessment ?? {};
  return status === undefined ? '' : `· ${status}`;
}
