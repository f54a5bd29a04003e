import { useEffect, useState } from 'react';
import { openStage } from './api.js';
import { ApiAccess } from './api-access.js';
import { HubPanel } from './hub-panel.js';
import { RecruiterPanel } from './recruiter-panel.js';
import { words } from './parts.js';
import { useStateOfPage } from './use-state-of-page.js';
import { VendorPanel } from './vendor-panel.js';

/** Why a consent came to nothing: the hub sends the browser back with a word for it. */
const consentProblem = /^[a-z_]{1,40}$/.exec(new URLSearchParams(window.location.search).get('error') ?? '')?.[0];
if (window.location.search !== '') window.history.replaceState(null, '', window.location.pathname);

/** The way of an order from left to right: the recruiter's ATS, the hub, the vendor's app; and the result back. */
export function App() {
  const [standIn, setStandIn] = useState<string | null>(null);
  const [candidateId, setCandidateId] = useState<string | null>(null);
  const [assessment, setAssessment] = useState<string | null>(null);
  const { state, lost } = useStateOfPage({ standIn, assessment });
  const current = state?.standIns.find(({ slug }) => slug === standIn) ?? state?.standIns[0];
  const candidates = state?.desk?.candidates;
  const candidate = candidates?.find(({ id }) => id === candidateId) ?? candidates?.[0];
  const ordered = candidate?.order?.assessmentId ?? null;

  useEffect(() => setAssessment(ordered), [ordered]);
  // Opening the stage is when the ATS asks which tests there are.
  const isDeskOpen = Boolean(state?.desk);
  const slug = current?.slug;
  useEffect(() => {
    if (isDeskOpen && slug) void openStage(slug);
  }, [isDeskOpen, slug]);

  if (!state) return <main className="loading">{lost ?? 'Opening the sandbox…'}</main>;
  return (
    <>
      <header className="top">
        <div>
          <h1>
            <img src="icon.svg" alt="" width="28" height="28" /> Atsume sandbox
          </h1>
          <p>
            Press <b>Send Test</b> and watch the order go through the hub to your app, and its result come back. The ATS
            and the vendor are stand-ins; the hub between them is the real one. Or move a candidate, and watch your app
            hear of it.
          </p>
        </div>
        <ApiAccess />
      </header>
      <div className="notices" role="status">
        {lost && <p className="notice bad">{lost}</p>}
        {consentProblem && <p className="notice bad">Connecting came to nothing: {words(consentProblem)}.</p>}
        {state.problem && <p className="notice">{state.problem}</p>}
      </div>
      <main className="panels">
        {state.desk && current && candidate && (
          <RecruiterPanel
            standIns={state.standIns}
            current={current}
            desk={state.desk}
            candidate={candidate}
            onStandIn={setStandIn}
            onCandidate={setCandidateId}
          />
        )}
        <HubPanel hub={state.hub} current={current} ordered={ordered} candidate={candidate?.name ?? null} />
        <VendorPanel vendor={state.vendor} selected={ordered} />
      </main>
    </>
  );
}
