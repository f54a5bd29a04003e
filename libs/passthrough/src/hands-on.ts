import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ForIntegration } from '#libs/connections';
import { ApiProblem, TakesRaw } from '#libs/http';

const MOST_BYTES = 25 * 1_048_576;

const DESCRIPTION = `
Method, path, query and body (any type, up to 25 MB) go to the API of the integration's ATS below its version's base path, under the
connection the hub has. Of the headers only \`Accept\`, \`Content-*\`, \`If-*\` and \`Prefer\` are handed on.
`.trim();

/** A call that is handed on with whatever body it has, and its documentation. */
export const HandsOn = (): MethodDecorator =>
  applyDecorators(
    TakesRaw(MOST_BYTES),
    ApiTags('Passthrough'),
    ApiBearerAuth(),
    ForIntegration(),
    ApiOperation({ summary: 'Call the ATS’s own API', description: DESCRIPTION }),
    ApiParam({ name: 'path', description: 'Below the base path of the ATS’s API.', example: 'candidates' }),
    ApiResponse({
      status: '2XX' as never,
      description: 'Whatever the ATS answers, with its status and content type',
      headers: { 'X-Upstream-Status': { description: 'The status is the ATS’s.', schema: { type: 'integer' } } },
      content: { '*/*': { schema: { type: 'string', format: 'binary' }, example: '[{"id":4071882003}]' } },
    }),
    ApiProblem('integration_not_connected', 'needs_relink', 'provider_rate_limited', 'provider_unavailable'),
  );
