import { z } from 'zod';
import type { Row } from '../../data/rows.js';
import type { Scene } from '../../operations/change.js';
import { unprocessable } from '../refusal.js';
import { id } from './body.js';

const Value = z.union([
  z.string(),
  z.boolean(),
  z.number(),
  z.null(),
  z.array(z.union([z.string(), z.number()])),
  z.strictObject({ amount: z.union([z.number(), z.string()]), currency_code: z.string().length(3) }),
  z.strictObject({
    min_amount: z.union([z.number(), z.string()]),
    max_amount: z.union([z.number(), z.string()]),
    currency_code: z.string().length(3),
  }),
  z.strictObject({ min_value: z.number(), max_value: z.number() }),
]);

/** Exactly one of the two names the field. */
export const customFieldEntries = z.array(
  z.union([
    z.strictObject({ custom_field_id: id, value: Value }),
    z.strictObject({ name_key: z.string().min(1), value: Value }),
  ]),
);

type Entries = z.output<typeof customFieldEntries>;

/**
 * Custom fields as rows have them, from those that were written: what is not written is emptied, as the collections of a
 * record are replaced as a whole.
 */
export function toCustomFields({ world }: Scene, fieldType: string, entries: Entries): Record<string, unknown> {
  const fields = [...world.custom_fields.newestFirst()].filter(({ field_type }) => field_type === fieldType);
  const written = new Map(entries.map((entry) => [fieldOf(entry, fields), entry.value]));
  return Object.fromEntries(
    fields.map((field) => {
      const { name, value_type: type, name_key } = field;
      const value = written.get(field) ?? null;
      return [String(name_key), { name, type, value: toRead(value, field, world.custom_field_options.newestFirst()) }];
    }),
  );
}

function fieldOf(entry: Entries[number], fields: readonly Row[]): Row {
  const field = fields.find((one) =>
    'name_key' in entry ? one.name_key === entry.name_key : one.id === entry.custom_field_id,
  );
  if (!field) throw unprocessable('Custom field not found');
  return field;
}

/** Money is written with `currency_code` and read with `unit`; an option is written by its id and read by its name. */
function toRead(value: unknown, field: Row, options: Iterable<Row>): unknown {
  if (field.value_type === 'single_select' && value !== null) {
    const option = [...options].find(
      (one) => one.custom_field_id === field.id && (one.id === Number(value) || one.name === value),
    );
    if (!option) throw unprocessable({ [String(field.name_key)]: 'is not one of the options' });
    return option.name;
  }
  if (field.value_type === 'number' && value !== null && typeof value !== 'number') {
    throw unprocessable({ [String(field.name_key)]: 'is not a number' });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const { currency_code: unit, min_amount, max_amount, ...rest } = value as Record<string, unknown>;
  return {
    ...rest,
    ...(min_amount !== undefined && { min_value: min_amount, max_value: max_amount }),
    ...(unit !== undefined && { unit }),
  };
}
