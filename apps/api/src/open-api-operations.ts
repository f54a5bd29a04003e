import type { OpenAPIObject } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '#libs/errors';
import { problemExample } from '#libs/http';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = Operation['responses'];

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

/** What any call can answer with; one shared response per status. */
const SHARED: Readonly<Record<string, readonly ErrorCode[]>> = {
  400: ['bad_request', 'bad_cursor', 'too_deep'],
  401: ['unauthorized'],
  403: ['scope_missing'],
  404: ['not_found'],
  409: ['idempotency_conflict', 'idempotency_running', 'outcome_unknown'],
  413: ['body_too_large'],
  415: ['unsupported_media_type'],
  422: ['invalid_input'],
  429: ['rate_limited'],
  503: ['unavailable'],
};

/** Every operation of a document, with its place. */
export function operationsOf(document: OpenAPIObject): { path: string; method: Method; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** Adds to every call what no controller should have to repeat: who may call, the common problems, the Idempotency-Key. */
export function addCommonParts(document: OpenAPIObject): void {
  const components = (document.components ??= {});
  components.responses = { ...components.responses, ...sharedResponses() };
  components.parameters = { ...components.parameters, IdempotencyKey: IDEMPOTENCY_KEY };
  for (const { path, method, operation } of operationsOf(document)) {
    const isOpen = !path.startsWith('/v1/');
    operation.security = isOpen ? [] : [{ bearer: [] }];
    if (isOpen) continue;
    if (method !== 'get') {
      operation.parameters = [...(operation.parameters ?? []), { $ref: '#/components/parameters/IdempotencyKey' }];
    }
    operation.responses = { ...commonTo(path, method, operation), ...operation.responses };
  }
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description: 'The same request under the same key gets the first reply again, for 24 hours.',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
  example: '7f9c24e8-3b0a-4c5e-9d1f-2a6b8c0d4e21',
};

function commonTo(path: string, method: Method, operation: Operation): Responses {
  const statuses = ['400', '401', '403', '422', '429', '503'];
  if (path.includes('{')) statuses.push('404');
  if (method !== 'get') statuses.push('409');
  if (operation.requestBody !== undefined) statuses.push('413', '415');
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/problem${status}` }]));
}

function sharedResponses(): NonNullable<NonNullable<OpenAPIObject['components']>['responses']> {
  return Object.fromEntries(
    Object.entries(SHARED).map(([status, codes]) => [
      `problem${status}`,
      {
        description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join(' '),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/ProblemDto' },
            examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
          },
        },
      },
    ]),
  );
}
