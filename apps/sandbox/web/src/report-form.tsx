import { type SubmitEvent, useState } from 'react';
import type { ReportByHand } from '../../src/page-state.js';
import { report } from './api.js';
import { Problem, useAction } from './parts.js';

const OUTCOMES = [
  ['PASS', 'Pass'],
  ['NEEDS_REVIEW', 'Needs review'],
  ['FAIL', 'Fail'],
] as const;

/** Reports a result in the vendor's name. */
export function ReportForm({ assessmentId }: { assessmentId: string }) {
  const [score, setScore] = useState('84');
  const [outcome, setOutcome] = useState<ReportByHand['outcome']>('PASS');
  const [summary, setSummary] = useState('A careful solution with good tests.');
  const { busy, problem, run } = useAction(() => report(assessmentId, { score: Number(score), outcome, summary }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    run();
  };
  return (
    <form className="report" onSubmit={submit}>
      <label className="field">
        Score (0 to 100)
        <input
          type="number"
          min="0"
          max="100"
          step="any"
          required
          value={score}
          onChange={({ target }) => setScore(target.value)}
        />
      </label>
      <label className="field">
        Outcome
        <select value={outcome} onChange={({ target }) => setOutcome(target.value as ReportByHand['outcome'])}>
          {OUTCOMES.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="field wide">
        Summary
        <textarea rows={2} maxLength={1000} value={summary} onChange={({ target }) => setSummary(target.value)} />
      </label>
      <button type="submit" className="primary" disabled={busy}>
        Report the result
      </button>
      <Problem text={problem} />
    </form>
  );
}
