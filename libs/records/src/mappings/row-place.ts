import { JSONPathEnvironment, type JSONPathQuery, jsonpath } from 'json-p3';
import type { RowPlace } from '#libs/connector-kit';

/** One step into a row: a name, or the element of a list whose field `by` is the text `is`. */
type Step = string | { by: string; is: string };

/** A path that does not name exactly one place, or looks for it by something that does not last. The message begins with a verb. */
export class NoPlace extends Error {
  override readonly name = 'NoPlace';
}

/** Where a value of a mapping goes: the place of the connector, and the text its `{key}` stands for. */
export interface FoundPlace {
  place: RowPlace;
  key: string;
  /** The reads give a list: of what the elements are named by, an ATS may have several. */
  isListed: boolean;
}

const { expressions, selectors } = jsonpath;
const environment = new JSONPathEnvironment();
const KEY = '{key}';

type Expression = jsonpath.expressions.FilterExpression;

/** Refuses a path that a value cannot be written to, whatever the ATS. It must be a JSONPath. @throws NoPlace */
export function assertOnePlace(path: string): void {
  stepsOf(path);
}

/** That of the places which a path names; null when it is none of them, or no single one. */
export function findPlace<P extends RowPlace>(path: string, places: readonly P[]): (FoundPlace & { place: P }) | null {
  const steps = stepsOrNull(path);
  if (!steps) return null;
  for (const place of places) {
    const key = keyAt(stepsOf(place.at), steps);
    if (key !== null) {
      return { place, key: place.key ?? key, isListed: steps.some((step) => typeof step !== 'string') };
    }
  }
  return null;
}

function stepsOrNull(path: string): Step[] | null {
  try {
    return stepsOf(path);
  } catch (error) {
    if (error instanceof NoPlace) return null;
    throw error;
  }
}

function stepsOf(path: string): Step[] {
  const { segments } = environment.compile(path);
  if (segments.length === 0) throw new NoPlace('is the whole row');
  return segments.map(stepOf);
}

function stepOf(segment: JSONPathQuery['segments'][number]): Step {
  if (segment.toString().startsWith('..')) throw new NoPlace('looks at every depth (..)');
  const [selector, ...others] = segment.selectors;
  if (others.length > 0) throw new NoPlace('names several things at once');
  if (selector instanceof selectors.NameSelector) return selector.name;
  if (selector instanceof selectors.IndexSelector) {
    throw new NoPlace('counts the elements of a list, which the ATS may order anew');
  }
  if (!(selector instanceof selectors.FilterSelector)) throw new NoPlace('names all elements, or a slice of them');
  return elementStep(selector.expression.expression);
}

function elementStep(filter: Expression): Step {
  if (filter instanceof expressions.InfixExpression && filter.operator === '==') {
    const by = fieldOf(filter.left);
    if (by !== null && filter.right instanceof expressions.StringLiteral) return { by, is: filter.right.value };
  }
  throw new NoPlace("has a filter that may hold for several elements; only [?@.name == 'text'] names one");
}

/** The name in `@.name`. */
function fieldOf(side: Expression): string | null {
  if (!(side instanceof expressions.RelativeQuery) || side.path.segments.length !== 1) return null;
  const [selector] = side.path.segments[0]!.selectors;
  return selector instanceof selectors.NameSelector ? selector.name : null;
}

/** What `{key}` stands for where the steps fit; empty where the pattern has none. */
function keyAt(pattern: readonly Step[], steps: readonly Step[]): string | null {
  if (pattern.length !== steps.length) return null;
  let key = '';
  for (const [at, wanted] of pattern.entries()) {
    const step = steps[at]!;
    const [a, b] = [textIn(wanted), textIn(step)];
    if (byIn(wanted) !== byIn(step) || (a !== KEY && a !== b)) return null;
    if (a === KEY) key = b;
  }
  return key;
}

const textIn = (step: Step): string => (typeof step === 'string' ? step : step.is);
const byIn = (step: Step): string | null => (typeof step === 'string' ? null : step.by);
