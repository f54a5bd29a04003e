import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '#libs/connector-kit';
import { tuningOf } from '../tuning.js';

/** What somebody has consented to, until it is exchanged. */
export interface Code {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  userId: number;
}

type Codes = Map<string, Code & { expiresMs: number }>;

export function giveCode(code: Code, context: SandboxContext): string {
  const text = randomBytes(16).toString('hex');
  const expiresMs = Date.parse(context.now()) + tuningOf(context).codeSeconds * 1000;
  codesOf(context).set(text, { ...code, expiresMs });
  return text;
}

/** Once only, and not for long. */
export function takeCode(text: string, context: SandboxContext): Code | null {
  const codes = codesOf(context);
  const code = codes.get(text);
  codes.delete(text);
  return code && code.expiresMs > Date.parse(context.now()) ? code : null;
}

function codesOf(context: SandboxContext): Codes {
  return context.memory<Codes>('codes', () => new Map());
}
