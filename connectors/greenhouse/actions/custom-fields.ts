import type { CustomField } from '#libs/model';

/** One entry as v3 takes it: by id or by key, exactly one of the two. */
export interface WrittenField {
  custom_field_id?: number;
  name_key?: string;
  value: unknown;
}

/** Custom fields are named by their key, or by their id in digits. */
export function toWrittenFields(fields: readonly { key: string; value: unknown }[]): WrittenField[] {
  return fields.map(({ key, value }) => {
    const written = toWrittenValue(value);
    return /^\d{1,15}$/.test(key)
      ? { custom_field_id: Number(key), value: written }
      : { name_key: key, value: written };
  });
}

/** Money is read with `unit` and written with `currency_code`; its ranges are written as amounts. */
function toWrittenValue(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const { unit, currency, currency_code, ...rest } = value as Record<string, unknown>;
  const code = currency_code ?? currency ?? unit;
  if (code === undefined) return value;
  const { min_value, max_value, ...others } = rest;
  return {
    ...others,
    ...(min_value === undefined ? {} : { min_amount: min_value }),
    ...(max_value === undefined ? {} : { max_amount: max_value }),
    currency_code: code,
  };
}

/**
 * The fields a record has, with some of them changed: writing replaces all of them, so that those not named would be gone.
 * Only what was read in a form that can be written again is kept.
 */
export function mergeFields(
  present: readonly CustomField[],
  changes: readonly { key: string; value: unknown }[],
): WrittenField[] {
  const changed = new Set(changes.map(({ key }) => key));
  const kept = present
    .filter(({ key, value }) => !changed.has(key) && value !== null)
    .map(({ key, type, value }) => ({ key, value: type === 'user' ? userIdOf(value) : value }));
  return toWrittenFields([...kept, ...changes]);
}

/** A user is read as an object and written as an id. */
function userIdOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const { user_id, id } = value as Record<string, unknown>;
  return user_id ?? id ?? value;
}
