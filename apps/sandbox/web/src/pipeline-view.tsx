import type { SandboxCandidate } from '#libs/connector-kit';
import { act } from './api.js';
import { ActionForm } from './action-form.js';
import { Badge, type Tone } from './parts.js';

/** Where an application stands in its job, and what the recruiter can do about it: each of these is told to the hub. */
export function PipelineView({ slug, candidate }: { slug: string; candidate: SandboxCandidate }) {
  const { pipeline } = candidate;
  if (!pipeline) return null;
  const { stages, current, status, actions } = pipeline;
  return (
    <div className="pipeline">
      <p>
        Application <Badge tone={toneOf(status)}>{status}</Badge>
      </p>
      <ol className="stages" aria-label="Stages of the job">
        {stages.map((stage) => (
          <li key={stage} aria-current={stage === current ? 'step' : undefined}>
            {stage}
          </li>
        ))}
      </ol>
      <details>
        <summary>Move, reject, hire, edit …</summary>
        {actions.map((action) => (
          <ActionForm
            key={`${candidate.id} ${action.id} ${action.input?.kind === 'email' ? action.input.value : ''}`}
            action={action}
            act={(value) => act(slug, { candidateId: candidate.id, action: action.id, value })}
          />
        ))}
      </details>
    </div>
  );
}

function toneOf(status: string): Tone {
  if (status === 'hired') return 'good';
  return status === 'rejected' ? 'bad' : 'plain';
}
