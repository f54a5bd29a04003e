import { type SubmitEvent, useState } from 'react';
import type { SandboxAction, SandboxActionInput } from '#libs/connector-kit';
import type { Outcome } from './api.js';
import { Problem, useAction } from './parts.js';

interface Props {
  action: SandboxAction;
  act: (value: string) => Outcome;
}

/** One thing a recruiter can do, with the field it asks for first, if any. */
export function ActionForm({ action: { label, input }, act }: Props) {
  const [value, setValue] = useState(input?.value ?? '');
  // What was chosen may be gone when the candidate has moved on.
  const chosen = input?.kind === 'choice' && !input.options.some((one) => one.value === value) ? input.value : value;
  const { busy, problem, run } = useAction(() => act(chosen));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    run();
    if (input?.kind === 'text') setValue('');
  };
  return (
    <form className="act" onSubmit={submit}>
      {input && <ActionInput input={input} value={chosen} onValue={setValue} />}
      <button type="submit" className="quiet" disabled={busy}>
        {label}
      </button>
      <Problem text={problem} />
    </form>
  );
}

interface InputProps {
  input: SandboxActionInput;
  value: string;
  onValue: (value: string) => void;
}

function ActionInput({ input: { label, kind, options }, value, onValue }: InputProps) {
  return (
    <label className="field">
      {label}
      {kind === 'choice' ? (
        <select value={value} onChange={({ target }) => onValue(target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          type={kind}
          required
          maxLength={255}
          value={value}
          autoComplete="off"
          onChange={({ target }) => onValue(target.value)}
        />
      )}
    </label>
  );
}
