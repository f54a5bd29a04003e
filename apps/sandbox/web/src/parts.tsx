import { type ReactNode, useEffect, useState } from 'react';
import type { Outcome } from './api.js';

export type Tone = 'good' | 'busy' | 'bad' | 'plain';

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

export function Panel({
  title,
  mark,
  lead,
  children,
}: {
  title: string;
  mark: string;
  lead: string;
  children: ReactNode;
}) {
  const id = `panel-${mark}`;
  return (
    <section className={`panel panel-${mark}`} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p className="lead">{lead}</p>
      {children}
    </section>
  );
}

interface ActionProps {
  act: () => Outcome;
  disabled?: boolean;
  kind?: 'primary' | 'quiet';
  children: ReactNode;
}

/** A button that does one thing on the server, cannot be pressed twice meanwhile, and says what went wrong. */
export function Action({ act, disabled = false, kind = 'primary', children }: ActionProps) {
  const { busy, problem, run } = useAction(act);
  return (
    <span className="action">
      <button type="button" className={kind} disabled={disabled || busy} onClick={run}>
        {children}
      </button>
      <Problem text={problem} />
    </span>
  );
}

export function Problem({ text }: { text: string | null }) {
  return (
    <span role="alert" className="problem">
      {text}
    </span>
  );
}

export function useAction(act: () => Outcome) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = () => {
    setBusy(true);
    setProblem(null);
    void act().then((outcome) => {
      setBusy(false);
      setProblem(outcome);
    });
  };
  return { busy, problem, run };
}

/** A setting kept on the server: shows what was chosen at once, and what is really set when it is known. */
export function useSetting<T>(actual: T, change: (value: T) => Outcome) {
  const [wanted, setWanted] = useState<{ value: T } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => setWanted(null), [actual]);
  const set = (value: T) => {
    setWanted({ value });
    void change(value).then((outcome) => {
      setProblem(outcome);
      if (outcome !== null) setWanted(null);
    });
  };
  return { value: wanted ? wanted.value : actual, set, problem };
}

export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })}
    </time>
  );
}

/** A word of the API (`NEEDS_REVIEW`) for people. */
export function words(constant: string): string {
  const text = constant.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
