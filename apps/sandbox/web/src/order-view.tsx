import type { SandboxOrder } from '#libs/connector-kit';
import { Badge, Time } from './parts.js';

const TONES = { SENDING: 'busy', FAILED: 'bad', PENDING: 'busy', FINISHED: 'good' } as const;

/** One test as the ATS shows it: a score, a link and the details only once it is complete. */
export function OrderView({ order }: { order: SandboxOrder }) {
  return (
    <div className="order" aria-live="polite">
      <p>
        {order.testName} <Badge tone={TONES[order.state]}>{order.label}</Badge>
      </p>
      <p className="muted">
        Sent at <Time at={order.sentAt} />
      </p>
      {order.notice && <p className="notice">{order.notice}</p>}
      {order.result && (
        <>
          {order.result.score !== null && (
            <p className="score">
              <span>Score</span> <strong data-testid="score">{order.result.score}</strong>
            </p>
          )}
          <dl>
            {order.result.details.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {order.result.profileUrl && (
            <p>
              <a href={order.result.profileUrl} target="_blank" rel="noreferrer">
                Open the report
              </a>{' '}
              <span className="muted">(an invented address)</span>
            </p>
          )}
        </>
      )}
    </div>
  );
}
