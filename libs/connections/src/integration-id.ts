import {
  type ExecutionContext,
  Injectable,
  type PipeTransform,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { HubError } from '#libs/errors';
import { ApiProblem } from '#libs/http';
import { isId } from '#libs/model';
import { Database } from '#libs/store';

const MAX_ID_CHARACTERS = 255;

interface Named {
  accountId: string;
  integrationId: string;
}

const FIND = {
  name: 'connections_find_integration',
  text: 'SELECT FROM integrations WHERE account_id = $1 AND id = $2',
};

/** Turns the header into the id of an integration of the caller's account, deleted ones included. */
@Injectable()
export class ResolveIntegration implements PipeTransform<Named, Promise<string>> {
  constructor(private readonly database: Database) {}

  async transform({ accountId, integrationId }: Named): Promise<string> {
    const rows = isId('integration', integrationId) ? await this.database.query(FIND, [accountId, integrationId]) : [];
    if (rows.length === 0) throw new HubError('not_found', { detail: 'This account has no such integration.' });
    return integrationId;
  }
}

const FromHeader = createParamDecorator((_: unknown, context: ExecutionContext): Named => {
  const { caller, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new HubError('unauthorized');
  const own = headers['x-integration-id'];
  const alias = headers['x-knit-integration-id'];
  const integrationId = own ?? alias;
  if (typeof integrationId !== 'string' || integrationId === '') throw refusal('is required');
  if (alias !== undefined && alias !== integrationId) {
    throw refusal('and x-knit-integration-id name two integrations');
  }
  if (integrationId.length > MAX_ID_CHARACTERS) throw refusal(`must have at most ${MAX_ID_CHARACTERS} characters`);
  return { accountId: caller.accountId, integrationId };
});

/**
 * The id of the integration a call is about, out of `X-Integration-Id` (alias `X-Knit-Integration-Id`). Missing is 422,
 * another account's is 404 like one that does not exist. {@link ForIntegration} documents the header.
 */
export const IntegrationId = (): ParameterDecorator => FromHeader(ResolveIntegration);

/** Documents on a method or a controller that its calls name an integration. */
export const ForIntegration = () =>
  applyDecorators(
    ApiHeader({
      name: 'X-Integration-Id',
      required: true,
      description: 'The integration the call is about; `X-Knit-Integration-Id` says the same.',
      schema: { type: 'string', minLength: 1, maxLength: MAX_ID_CHARACTERS, example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' },
    }),
    ApiProblem('not_found'),
  );

function refusal(message: string): HubError {
  return new HubError('invalid_input', { errors: [{ path: 'x-integration-id', message }] });
}
