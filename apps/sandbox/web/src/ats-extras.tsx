import type { SandboxDeskView } from '#libs/connector-kit';
import { addWebhooks, setFault } from './api.js';
import { Action, Badge } from './parts.js';

const SEVERAL = 3;

/** The webhooks that stand in the ATS, with what its log says. */
export function Webhooks({ slug, webhooks }: { slug: string; webhooks: SandboxDeskView['webhooks'] }) {
  const isOff = webhooks.some(({ isActive }) => !isActive);
  return (
    <details className="extra">
      <summary>
        Webhooks <Badge tone={isOff ? 'bad' : 'plain'}>{webhooks.length}</Badge>
      </summary>
      <p className="muted">
        What happens here is told to these addresses, signed. They were typed in by hand from the hub’s click list.
      </p>
      <Action kind="quiet" act={() => addWebhooks(slug)}>
        Type in those that are missing
      </Action>
      <ul className="lines">
        {webhooks.map(({ id, event, isActive, lastDelivery }) => (
          <li key={id}>
            <code>{event}</code> <Badge tone={isActive ? 'good' : 'bad'}>{isActive ? 'enabled' : 'disabled'}</Badge>{' '}
            <span className="muted">{lastDelivery}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What can be made to go wrong with the next requests of the hub. */
export function Faults({ slug, faults }: { slug: string; faults: SandboxDeskView['faults'] }) {
  const due = faults.filter(({ left }) => left > 0).length;
  return (
    <details className="extra">
      <summary>Faults on demand {due > 0 && <Badge tone="bad">{due} waiting</Badge>}</summary>
      <p className="muted">The next three requests of the hub to this ATS meet what you choose.</p>
      <ul className="lines">
        {faults.map(({ id, label, left }) => (
          <li key={id} className="fault">
            <span>
              {label} {left > 0 && <Badge tone="bad">{left} left</Badge>}
            </span>
            <Action kind="quiet" act={() => setFault(slug, { fault: id, count: left > 0 ? 0 : SEVERAL })}>
              {left > 0 ? 'Take back' : 'Next three'}
              <span className="unseen"> requests: {label}</span>
            </Action>
          </li>
        ))}
      </ul>
    </details>
  );
}
