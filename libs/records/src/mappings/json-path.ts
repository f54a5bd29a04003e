import {
  type JSONPathEnvironmentOptions,
  JSONPathEnvironment,
  JSONPathError,
  type JSONPathQuery,
  type JSONValue,
} from 'json-p3';

/** Characters of a path. */
export const MOST_PATH = 500;
/** What one evaluation may do: nodes visited, tests made, values compared. A row of an ATS has some hundred nodes. */
const MOST_STEPS = 10_000;
const MOST_VALUES = 100;
/** Of a value as JSON. */
const MOST_CHARACTERS = 10_000;

/** A path that was understood. */
export interface JsonPath {
  /**
   * What the path leads to: one value, or null, for a path that can lead to one place only; else a list of at most 100. Text
   * is cut at 10,000 characters; other values of more than that are null, and so is all of it when the evaluation takes too
   * many steps. Never throws.
   */
  evaluate(data: unknown): unknown;
}

/** A path that is none. */
export class BadPath extends Error {
  constructor(
    message: string,
    /** From 1; null when it is not one place. */
    readonly position: number | null,
  ) {
    super(message);
    this.name = 'BadPath';
  }
}

/** Reads a JSONPath of RFC 9535, without `match` and `search`: regular expressions cannot be bounded. @throws BadPath */
export function parseJsonPath(text: string): JsonPath {
  if (text.length > MOST_PATH) throw new BadPath(`must have at most ${MOST_PATH} characters`, null);
  const environment = new CountingEnvironment({ maxRecursionDepth: 128 });
  const query = compile(environment, text);
  countQuery(query, environment.steps);
  const isSingular = query.singularQuery();
  return { evaluate: (data) => evaluate({ environment, query, isSingular }, data) };
}

interface Compiled {
  environment: CountingEnvironment;
  query: JSONPathQuery;
  isSingular: boolean;
}

function evaluate({ environment, query, isSingular }: Compiled, data: unknown): unknown {
  environment.steps.left = MOST_STEPS;
  try {
    const values = query.query(data as JSONValue).values();
    return isSingular ? bounded(values[0]) : boundedList(values);
  } catch {
    return null;
  }
}

class Steps {
  left = 0;

  take(count = 1): void {
    this.left -= count;
    if (this.left < 0) throw new RangeError('too many steps');
  }
}

class CountingEnvironment extends JSONPathEnvironment {
  readonly steps = new Steps();

  constructor(options: JSONPathEnvironmentOptions) {
    super(options);
    this.functionRegister.delete('match');
    this.functionRegister.delete('search');
  }

  override entries(value: Record<string, JSONValue>): [string, JSONValue][] {
    const entries = Object.entries(value);
    this.steps.take(entries.length);
    return entries;
  }
}

function compile(environment: CountingEnvironment, text: string): JSONPathQuery {
  try {
    return environment.compile(text);
  } catch (error) {
    if (error instanceof JSONPathError) throw new BadPath(plain(error.message), error.token.index + 1);
    throw new BadPath('cannot be read', null);
  }
}

/** Without the excerpt in brackets that the parser puts behind its messages. */
function plain(message: string): string {
  return message.replace(/\s*\(.*$/s, '').slice(0, 200);
}

/** What the parts of a compiled path have that do the work; each of them is made to count what it does. */
interface Part {
  name?: unknown;
  index?: unknown;
  operator?: string;
  logical?: boolean;
  resolve?(node: { value: unknown }): unknown[];
  evaluate?(context: unknown): unknown;
  left?: Part;
  right?: Part;
  expression?: Part;
  args?: Part[];
  path?: JSONPathQuery;
}

function countQuery(query: JSONPathQuery, steps: Steps): void {
  for (const { selectors } of query.segments) {
    for (const selector of selectors as Part[]) {
      countSelector(selector, steps);
      if (selector.expression) countExpression(selector.expression, steps, false);
    }
  }
}

function countSelector(selector: Part, steps: Steps): void {
  const resolve = selector.resolve!.bind(selector);
  const isOfOne = selector.name !== undefined || selector.index !== undefined;
  selector.resolve = (node) => {
    steps.take(Array.isArray(node.value) && !isOfOne ? 1 + node.value.length : 1);
    return resolve(node);
  };
}

/** `isWeighed`: its value is compared with another, or measured, which takes as long as it is large. */
function countExpression(expression: Part, steps: Steps, isWeighed: boolean): void {
  const evaluate = expression.evaluate!.bind(expression);
  expression.evaluate = (context) => {
    steps.take();
    const value = evaluate(context);
    if (isWeighed) weigh(value, steps);
    return value;
  };
  const { left, right, expression: inner, args = [], path } = expression;
  for (const side of [left, right]) if (side) countExpression(side, steps, expression.logical === false);
  if (inner) countExpression(inner, steps, false);
  for (const argument of args) countExpression(argument, steps, true);
  if (path) countQuery(path, steps);
}

const CHARACTERS_PER_STEP = 256;

function weigh(value: unknown, steps: Steps): void {
  if (typeof value === 'string') return steps.take(Math.ceil(value.length / CHARACTERS_PER_STEP));
  if (value === null || typeof value !== 'object') return;
  const nodes = (value as { nodes?: { value: unknown }[] }).nodes;
  const values = nodes ? nodes.map((node) => node.value) : Object.values(value);
  steps.take(values.length);
  for (const one of values) weigh(one, steps);
}

function boundedList(values: readonly unknown[]): unknown[] {
  const list: unknown[] = [];
  let left = MOST_CHARACTERS;
  for (const value of values.slice(0, MOST_VALUES)) {
    const one = bounded(value);
    left -= JSON.stringify(one).length;
    if (left < 0) break;
    list.push(one);
  }
  return list;
}

function bounded(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, MOST_CHARACTERS).toWellFormed();
  if (value === null || typeof value !== 'object') return value ?? null;
  return JSON.stringify(value).length > MOST_CHARACTERS ? null : value;
}
