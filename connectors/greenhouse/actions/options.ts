import { type ActionContext, ActionRefused } from '#libs/connector-kit';
import { z } from 'zod';
import { id, text } from '../resources/wire.js';
import { search } from './calls.js';

const Option = z.object({ id, name: text });
const MOST_NAMED = 20;

/** A list of the organization's own: its schools, degrees and disciplines. */
interface Options {
  path: string;
  query: Readonly<Record<string, string>>;
}

/**
 * The id of an option, which is given by its name or by that id. Undefined for none.
 * @throws ActionRefused that names what can be chosen.
 */
export async function optionFor(
  context: ActionContext,
  { path, query }: Options,
  given: string | undefined,
  field: string,
): Promise<number | undefined> {
  if (given === undefined) return undefined;
  if (/^\d{5,15}$/.test(given)) return Number(given);
  const wanted = given.trim().toLowerCase();
  const names: string[] = [];
  const option = await search(context, { path, query: { ...query }, wire: Option }, (row) => {
    if (row.name !== null) names.push(row.name);
    return row.name?.trim().toLowerCase() === wanted ? row.id : null;
  });
  if (option !== null) return Number(option);
  const refusal = 'Greenhouse does not have this among the options of the organization.';
  throw new ActionRefused(`${refusal} ${choicesIn(names, wanted)}`, field);
}

/** What there is to choose from; of very many those that sound like what was wanted come first. */
function choicesIn(names: readonly string[], wanted: string): string {
  if (names.length === 0) return 'It has none.';
  const [first = wanted] = wanted.split(/\s+/);
  const isLike = (name: string) => name.toLowerCase().includes(first);
  const inOrder = names.toSorted((a, b) => Number(isLike(b)) - Number(isLike(a)) || a.localeCompare(b, 'en'));
  const more = names.length - MOST_NAMED;
  const named = inOrder.slice(0, MOST_NAMED).join('; ');
  return `Choose one of: ${named}${more > 0 ? `; and ${more} more` : ''}.`;
}
