import { useState } from 'react';
import { revealKey } from './api.js';
import { Problem } from './parts.js';

/** The way from the page to the API: the documentation, and a command with the sandbox's key on demand. */
export function ApiAccess() {
  const [access, setAccess] = useState<{ apiKey: string; origin: string } | null>(null);
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
          {`curl -H 'Authorization: Bearer ${access.apiKey}' \\\n  ${access.origin}/v1/ats/assessments`}
        </pre>
      )}
    </nav>
  );
}
