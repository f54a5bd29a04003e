import { LINK_TYPES } from '#libs/model';

/** A schema of the OpenAPI document, with an example in it. */
export interface ValueSchema {
  type: 'string' | 'boolean' | 'integer' | 'array' | 'object';
  nullable?: boolean;
  format?: string;
  description?: string;
  example?: unknown;
  enum?: string[];
  items?: ValueSchema | { description: string };
  properties?: Record<string, ValueSchema | { description: string; example: unknown }>;
  required?: string[];
}

export const text = (example: string | null, description?: string): ValueSchema => ({
  type: 'string',
  nullable: true,
  ...(description === undefined ? {} : { description }),
  example,
});

export const html = (example: string, description: string): ValueSchema => text(example, description);

export const time = (example: string | null): ValueSchema => ({
  type: 'string',
  format: 'date-time',
  nullable: true,
  example,
});

/** A date, or as much of one as the ATS knows. */
export const day = (example: string | null): ValueSchema => text(example, '`YYYY-MM-DD`, or less of it.');

export const flag = (example: boolean | null): ValueSchema => ({ type: 'boolean', nullable: true, example });

export const whole = (example: number, description?: string): ValueSchema => ({
  type: 'integer',
  nullable: true,
  ...(description === undefined ? {} : { description }),
  example,
});

/** The ATS's id of another record. */
export const ref = (example: string | null): ValueSchema => ({ type: 'string', nullable: true, example });
export const refs = (...example: string[]): ValueSchema => ({ type: 'array', items: { type: 'string' }, example });

export const texts = (...example: string[]): ValueSchema => ({ type: 'array', items: { type: 'string' }, example });

export const object = (properties: NonNullable<ValueSchema['properties']>, nullable = false): ValueSchema => ({
  type: 'object',
  ...(nullable ? { nullable } : {}),
  required: Object.keys(properties),
  properties,
});

export const list = (items: ValueSchema): ValueSchema => ({ type: 'array', items });

/** One of our words beside the ATS's own. The first word is the example. */
export const words = <T extends string>(first: T, ...others: T[]): ValueSchema =>
  object({
    value: {
      type: 'string',
      enum: [first, ...others, 'OTHER', 'UNKNOWN'],
      description: 'OTHER: a word the hub has none for. UNKNOWN: the ATS says none.',
      example: first,
    },
    raw: text(first.toLowerCase(), 'The ATS’s own word.'),
  });

/** A word of the ATS alone; the hub has none of its own. */
export const openWord = (example: string): ValueSchema =>
  object({ value: { type: 'string', example }, raw: text(example) });

const typed = (value: ValueSchema, type: ValueSchema): ValueSchema => list(object({ value, type }));
const given = (schema: ValueSchema): ValueSchema => ({ ...schema, nullable: false });

export const emails = typed(given(text('imani.okafor@example.org')), words('PERSONAL', 'WORK', 'SCHOOL'));
export const phones = typed(given(text('+44 20 7946 0018')), words('MOBILE', 'WORK', 'HOME', 'SKYPE'));

export const links = list(
  object({
    url: given(text('https://www.linkedin.com/in/imani-okafor')),
    type: { type: 'string', enum: [...LINK_TYPES], example: 'LINKEDIN' },
  }),
);

export const addresses = list(
  object({ raw: given(text('1 Station Road\nLeeds', 'In lines.')), type: words('HOME', 'WORK') }),
);

export const customFields = list(
  object({
    key: given(text('notice_period')),
    name: given(text('Notice period')),
    type: given(text('short_text')),
    value: { description: 'As the ATS has it; of any type.', example: '3 months' },
  }),
);

export const money = list(object({ amount: given(text('62000.00')), currency: text('GBP') }));
