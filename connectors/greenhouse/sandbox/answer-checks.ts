/** What Greenhouse made of an answer: the value it can use, or a sentence for each thing that is wrong with it. */
export type Checked<T> = { value: T; errors: null } | { value: null; errors: string[] };

export interface ListedTest {
  partner_test_id: string;
  partner_test_name: string;
}

export interface TestStatus {
  partner_status: string;
  partner_profile_url: string | null;
  partner_score: number | null;
  metadata: Record<string, string | number | boolean>;
}

type Fields = Record<string, unknown>;

const PRIMITIVES = new Set(['string', 'number', 'boolean']);

/** A bare array; ids and names are strings, never numbers. */
export function checkListTests(body: string): Checked<ListedTest[]> {
  return check(body, (value) => {
    if (!Array.isArray(value)) return ['the response must be an array of tests'];
    return value.flatMap((test: unknown, at) => {
      if (!isFields(test)) return [`test ${at} must be an object`];
      return ['partner_test_id', 'partner_test_name'].flatMap((key) => textErrors(test, key, `test ${at}: `));
    });
  });
}

/** One required key, a string: an old version of the documentation showed a number. */
export function checkSendTest(body: string): Checked<{ partner_interview_id: string }> {
  return check(body, (value) => (isFields(value) ? textErrors(value, 'partner_interview_id') : [NOT_AN_OBJECT]));
}

/** `complete` is the only status with a meaning, and needs a link; the metadata is flat, each value a primitive. */
export function checkTestStatus(body: string): Checked<TestStatus> {
  const checked = check<Partial<TestStatus>>(body, (value) => {
    if (!isFields(value)) return [NOT_AN_OBJECT];
    return [
      ...textErrors(value, 'partner_status'),
      ...profileErrors(value),
      ...scoreErrors(value),
      ...metadataErrors(value),
    ];
  });
  if (checked.errors) return checked;
  const { partner_status = '', partner_profile_url = null, partner_score = null, metadata } = checked.value;
  return {
    value: { partner_status, partner_profile_url, partner_score, metadata: metadata ?? {} },
    errors: null,
  };
}

const NOT_AN_OBJECT = 'the response must be an object';

function check<T>(body: string, errorsOf: (value: unknown) => string[]): Checked<T> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { value: null, errors: ['the response is not valid JSON'] };
  }
  const errors = errorsOf(value);
  return errors.length > 0 ? { value: null, errors } : { value: value as T, errors: null };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textErrors(fields: Fields, key: string, where = ''): string[] {
  const value = fields[key];
  if (value === undefined || value === null || value === '') return [`${where}${key} is required`];
  return typeof value === 'string' ? [] : [`${where}${key} must be a string, not ${typeOf(value)}`];
}

function profileErrors({ partner_status, partner_profile_url: url }: Fields): string[] {
  if (url === undefined || url === null || url === '') {
    return partner_status === 'complete' ? ['partner_profile_url is required when partner_status is complete'] : [];
  }
  if (typeof url !== 'string') return [`partner_profile_url must be a string, not ${typeOf(url)}`];
  return URL.canParse(url) ? [] : ['partner_profile_url must be a URL'];
}

function scoreErrors({ partner_score: score }: Fields): string[] {
  if (score === undefined || score === null || typeof score === 'number') return [];
  return [`partner_score must be a number, not ${typeOf(score)}`];
}

function metadataErrors({ metadata }: Fields): string[] {
  if (metadata === undefined || metadata === null) return [];
  if (!isFields(metadata)) return [`metadata must be an object, not ${typeOf(metadata)}`];
  return Object.entries(metadata)
    .filter(([, value]) => !PRIMITIVES.has(typeof value))
    .map(([key, value]) => `metadata.${key} must be a string, a number or a boolean, not ${typeOf(value)}`);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
