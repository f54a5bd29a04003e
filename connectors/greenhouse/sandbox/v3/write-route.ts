import type { SandboxContext, SandboxResponse } from '#libs/connector-kit';
import type { Actor } from '../oauth/tokens.js';

/** A write that came through: the route is there, the token good, the scope granted. */
export interface WriteCall {
  actor: Actor;
  params: Readonly<Record<string, string>>;
  body: unknown;
  /** What is wrong with a body that could not be read. */
  unreadable: string | undefined;
  context: SandboxContext;
}

export interface WriteRoute {
  method: 'POST' | 'PATCH' | 'DELETE';
  /** `:id` binds one segment. */
  path: string;
  scope: string;
  run(call: WriteCall): Promise<SandboxResponse>;
}

/** What the variable parts of a path are, or null when it is another path. */
export function matchOf(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = given[at]!;
    else if (part !== given[at]) return null;
  }
  return params;
}
