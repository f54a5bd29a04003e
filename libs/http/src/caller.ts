import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { HubError } from '#libs/errors';
import type { FastifyRequest } from 'fastify';
import type { Scope } from './scopes.js';

/** Who calls, once the API key guard has let the request in. */
export interface CallerIdentity {
  accountId: string;
  apiKeyId: string;
  scopes: readonly Scope[];
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: CallerIdentity;
  }
}

/** The account of the API key that calls. */
export const AccountId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => callerOf(context).accountId,
);

/** The whole identity behind the API key that calls. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerIdentity =>
  callerOf(context),
);

const MAX_ID_CHARACTERS = 255;

/** The integration a call is about (`X-Integration-Id`, alias `X-Knit-Integration-Id`), or null. Naming two is 422. */
export const IntegrationHeader = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const own = headers['x-integration-id'];
  const value = own ?? headers['x-knit-integration-id'];
  if (typeof value !== 'string') return null;
  const alias = headers['x-knit-integration-id'] ?? value;
  if (alias !== value) throw badIntegration('and x-knit-integration-id name two integrations');
  if (value.length > MAX_ID_CHARACTERS) throw badIntegration(`must have at most ${MAX_ID_CHARACTERS} characters`);
  return value;
});

function badIntegration(message: string): HubError {
  return new HubError('invalid_input', { errors: [{ path: 'x-integration-id', message }] });
}

function callerOf(context: ExecutionContext): CallerIdentity {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new HubError('unauthorized');
  return caller;
}
