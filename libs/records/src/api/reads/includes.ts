import { HubError } from '#libs/errors';
import { MODELS, type ModelName } from '#libs/model';
import { expandName } from '../schema/shown-fields.js';

/** What can be had beside a record. */
export const INCLUDES = ['remoteData', 'coverage'] as const;
export type Include = (typeof INCLUDES)[number];

/** What a caller wants to see beyond the records. */
export interface Shape {
  /** Fields of the model that name other records: `jobRemoteId`. */
  refs: string[];
  includes: ReadonlySet<Include>;
}

/** Reads `expand` and `include`. @throws HubError invalid_input that names the field. */
export function readShape(model: ModelName, { expand, include }: { expand?: string; include?: string }): Shape {
  const refs = new Map(Object.keys(MODELS[model].refs).map((ref) => [expandName(ref), ref]));
  const names = [...refs.keys()];
  return {
    refs: wordsOf('expand', expand, names).map((name) => refs.get(name)!),
    includes: new Set(wordsOf('include', include, INCLUDES) as Include[]),
  };
}

/** The entries of a list with commas; null when it is absent. @throws HubError invalid_input for more than `most`. */
export function entriesOf(path: string, text: string | undefined, most: number): string[] | null {
  if (text === undefined) return null;
  const entries = [...new Set(text.split(',').map((entry) => entry.trim()))].filter((entry) => entry !== '');
  if (entries.length > most) throw refusal(path, `must have at most ${most} entries`);
  return entries;
}

function wordsOf(path: string, text: string | undefined, known: readonly string[]): string[] {
  const words = entriesOf(path, text, 50) ?? [];
  const at = words.findIndex((word) => !known.includes(word));
  if (at < 0) return words;
  throw refusal(path, known.length === 0 ? 'knows nothing here' : `entry ${at} must be one of ${known.join(', ')}`);
}

function refusal(path: string, message: string): HubError {
  return new HubError('invalid_input', { detail: `${path} ${message}.`, errors: [{ path, message }] });
}
