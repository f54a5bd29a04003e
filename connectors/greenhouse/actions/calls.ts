import { type ActionContext, ActionRefused, type ApiReply } from '#libs/connector-kit';
import type { ActionOutcome, ModelName } from '#libs/model';
import { z } from 'zod';
import { id as wireId } from '../resources/wire.js';

/** What actions have in common: ids as numbers, single rows, outcomes. */

/** Bodies want ids as numbers. @throws ActionRefused for what is no id of Greenhouse. */
export function numberOf(remoteId: string, path: string): number {
  const number = /^\d{1,16}$/.test(remoteId) ? Number(remoteId) : Number.NaN;
  if (!Number.isSafeInteger(number))
    throw new ActionRefused('Greenhouse has no id like this one: its ids are numbers.', path);
  return number;
}

/** The same for an id that may be left out; nothing stays nothing. */
export function maybeNumber(remoteId: string | null | undefined, path: string): number | undefined {
  return remoteId === undefined || remoteId === null ? undefined : numberOf(remoteId, path);
}

/** Bodies are closed schemas: a key without a value is not sent at all. */
export function defined<T extends object>(body: T): Partial<T> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** There is no endpoint for a single record: one row of the list, by its id, or null. */
export async function readOne<W extends z.ZodType>(
  { send }: ActionContext,
  path: string,
  remoteId: string,
  wire: W,
): Promise<z.output<W> | null> {
  const rows = rowsOf(await send({ method: 'GET', path, query: { ids: remoteId } }), wire);
  return rows[0] ?? null;
}

/** The rows of a list that can be read. */
export function rowsOf<W extends z.ZodType>(reply: ApiReply, wire: W): z.output<W>[] {
  const rows: unknown[] = Array.isArray(reply.body) ? reply.body : [];
  return rows.flatMap((row) => {
    const { success, data } = wire.safeParse(row);
    return success ? [data] : [];
  });
}

const MOST_PAGES = 40;

/** Goes through a list until `find` has found something; null at its end. Further pages are asked for as the link says: in v3 with the cursor alone. */
export async function search<W extends z.ZodType, T>(
  { send }: ActionContext,
  list: { path: string; query: Record<string, string | number | boolean>; wire: W },
  find: (row: z.output<W>) => T | null,
): Promise<T | null> {
  let query: Record<string, string | number | boolean> | null = { ...list.query, per_page: 500 };
  for (let page = 0; query !== null && page < MOST_PAGES; page++) {
    const reply: ApiReply = await send({ method: 'GET', path: list.path, query });
    for (const row of rowsOf(reply, list.wire)) {
      const hit = find(row);
      if (hit !== null) return hit;
    }
    query = nextQuery(reply);
  }
  return null;
}

function nextQuery({ headers }: ApiReply): Record<string, string> | null {
  const next = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(headers.link ?? '')?.[1];
  const query = next && URL.canParse(next) ? Object.fromEntries(new URL(next).searchParams) : {};
  return Object.keys(query).length === 0 ? null : query;
}

const CandidateRow = z.object({ id: wireId, tags: z.array(z.string()).nullish() });

/** Greenhouse does not check the candidate of a note, and what is written to a wrong one cannot be taken back. */
export async function existingCandidate(context: ActionContext, remoteId: string) {
  numberOf(remoteId, 'candidateRemoteId');
  const candidate = await readOne(context, 'candidates', remoteId, CandidateRow);
  if (candidate?.id !== remoteId) throw new ActionRefused('Greenhouse has no such candidate.', 'candidateRemoteId');
  return candidate;
}

/** Without a row, an id in the answer, or its shape: what was made is there, and Greenhouse did not name it. */
export function idOf(body: unknown): string | null {
  const { success, data } = z.object({ id: wireId }).safeParse(body);
  return success ? data.id : null;
}

/** What an action did. */
export function outcome(
  remoteId: string | null,
  changed: Partial<Record<ModelName, (string | null)[]>>,
  warnings: string[] = [],
): ActionOutcome {
  return {
    remoteId,
    changed: Object.entries(changed).flatMap(([model, ids]) => {
      const remoteIds = ids.filter((one) => one !== null);
      return remoteIds.length === 0 ? [] : [{ model: model as ModelName, remoteIds }];
    }),
    warnings,
  };
}

/** Said when an answer to a creation holds no id. */
export const NO_ID = 'Greenhouse made it and did not say its id; it appears with the next sync.';
