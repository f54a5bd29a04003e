import { useState } from 'react';
import { type ApiAccessData, revealKey } from './api.js';
import { Problem } from './parts.js';

/** The way from the page to the API: the documentation, and a command with the sandbox's key on demand. */
export function ApiAccess() {
  const [access, setAccess] = useState<ApiAccessData | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const show = () => {
    setProblem(null);
    revealKey().then(setAccess, (error: unknown) => setProblem((error as Error).message));
  };
  return (
    <nav className="access" aria-label="API">
      <a href="../docs">API documentation</a>
      <button
        type="button"
        className="quiet"
        aria-expanded={access !== null}
        onClick={access ? () => setAccess(null) : show}
      >
        {access ? 'Hide the command' : 'Try it with curl'}
      </button>
      <Problem text={problem} />
      {access && (
        <pre tabIndex={0} aria-label="A command to try">
          {commandOf(access)}
        </pre>
      )}
    </nav>
  );
}

/** Reads the ATS, or the tests that were ordered where no ATS can be read. */
function commandOf({ apiKey, origin, integrationId }: ApiAccessData): string {
  const key = `-H 'Authorization: Bearer ${apiKey}'`;
  if (integrationId === null) return `curl ${origin}/v1/ats/assessments \\\n  ${key}`;
  return `curl '${origin}/v1/ats/applications?limit=3&expand=candidate' \\\n  ${key} \\\n  -H 'X-Integration-Id: ${integrationId}'`;
}
