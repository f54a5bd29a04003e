export type WrittenField = ({ id: number } | { name_key: string }) &
  ({ delete_value: 'true' } | { value: unknown } | { min_value: unknown; max_value: unknown; unit?: unknown });

/** Custom fields as v1 takes them: `delete_value` empties one (null does not), money has its `unit` beside it. */
export function toWrittenFields(fields: readonly { key: string; value: unknown }[]): WrittenField[] {
  return fields.map(({ key, value }) => ({
    ...(/^\d{1,15}$/.test(key) ? { id: Number(key) } : { name_key: key }),
    ...toWrittenValue(value),
  }));
}

function toWrittenValue(value: unknown) {
  if (value === null || value === '') return { delete_value: 'true' as const };
  if (typeof value !== 'object' || Array.isArray(value)) return { value };
  const { amount, min_value, max_value, unit, currency, currency_code } = value as Record<string, unknown>;
  const code = unit ?? currency ?? currency_code;
  const money = code === undefined ? {} : { unit: code };
  if (min_value !== undefined) return { min_value, max_value, ...money };
  return amount === undefined ? { value } : { value: amount, ...money };
}
