import type { z } from 'zod';

/** The ATS sent a body we cannot read; `reasons` are sentences safe to show to whoever pressed the button. */
export class UnreadableOrder extends Error {
  constructor(readonly reasons: string[]) {
    super(reasons.join('; '));
    this.name = 'UnreadableOrder';
  }
}

/** Reads a body with its wire schema. @throws UnreadableOrder naming each field that does not fit. */
export function readWith<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new UnreadableOrder(
    result.error.issues.slice(0, 20).map((issue) => `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`),
  );
}
