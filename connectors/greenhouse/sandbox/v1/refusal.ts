import { Refusal } from '../v3/refusal.js';

/** What is wrong with one field. */
export function invalid(field: string, message: string): Refusal {
  return new Refusal(422, { message: 'Validation error', errors: [{ message, field }] });
}

export function noRecord(): Refusal {
  return new Refusal(404, { message: 'Resource not found' });
}

/** A refusal of v3 in v1's words: entries have a sentence and, where there is one, a field. */
export function inOldWords({ status, body, headers }: Refusal): Refusal {
  if (status === 404) return noRecord();
  const { errors } = body;
  if (!Array.isArray(errors)) return new Refusal(status, body, headers);
  const entries = errors.flatMap((entry: unknown) => {
    if (typeof entry === 'string') return [{ message: entry }];
    if (Object.hasOwn(entry as object, 'message')) return [entry as object];
    return Object.entries(entry as object).map(([field, message]) => ({ message: String(message), field }));
  });
  return new Refusal(status, { message: 'Validation error', errors: entries }, headers);
}
