import { useState } from 'react';
import type { SandboxAccess } from '#libs/connector-kit';
import type { HubConnection } from '../../src/page-state.js';
import { connect, revealAccess } from './api.js';
import { Action, Badge, Problem, words } from './parts.js';

interface Props {
  slug: string;
  ats: string;
  connection: HubConnection;
}

/** How the hub reads the ATS's API, and the two ways to connect it anew. */
export function ConnectionView({ slug, ats, connection }: Props) {
  const { state, stateReason, method, organisation } = connection;
  return (
    <div className="connection">
      <h3>Connection to {ats}</h3>
      <p aria-live="polite">
        <Badge tone={state === 'ACTIVE' ? 'good' : 'busy'}>{words(state)}</Badge>{' '}
        <span className="muted">
          {method && `by ${method}`}
          {organisation?.name && ` · ${organisation.name}`} {stateReason}
        </span>
      </p>
      <p className="buttons">
        <Action
          act={async () => {
            const outcome = await connect(slug, 'CONSENT');
            if (typeof outcome === 'string') return outcome;
            if (outcome.consentUrl) window.location.assign(outcome.consentUrl);
            return null;
          }}
        >
          Connect by OAuth
        </Action>
        <Action
          kind="quiet"
          act={async () => {
            const outcome = await connect(slug, 'CREDENTIALS');
            return typeof outcome === 'string' ? outcome : null;
          }}
        >
          Connect with a key
        </Action>
      </p>
      <Secrets slug={slug} />
    </div>
  );
}

/** The demo clients, for those who want to connect over the API themselves. */
function Secrets({ slug }: { slug: string }) {
  const [access, setAccess] = useState<SandboxAccess | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const show = () => {
    setProblem(null);
    revealAccess(slug).then(setAccess, (error: unknown) => setProblem((error as Error).message));
  };
  return (
    <>
      <button
        type="button"
        className="quiet"
        aria-expanded={access !== null}
        onClick={access ? () => setAccess(null) : show}
      >
        {access ? 'Hide the client IDs and secrets' : 'Show the client IDs and secrets'}
      </button>
      <Problem text={problem} />
      {access && (
        <pre tabIndex={0} aria-label="Client IDs and secrets">
          {`OAuth (yours, as the vendor)\n${lines(access.oauth)}\n\n${access.credentials.method} (the customer's)\n${lines(access.credentials.values)}`}
        </pre>
      )}
    </>
  );
}

function lines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
