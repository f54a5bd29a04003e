import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '#libs/errors';
import { PROBLEMS_PATH } from './problem.js';

/** One thing wrong with the input. */
export class FieldErrorDto {
  @ApiProperty({ description: 'The field in dot notation; empty for the whole body.', example: 'traits.0.name' })
  path!: string;

  @ApiProperty({ example: 'must be a string' })
  message!: string;
}

/** The RFC 9457 document that every error is answered with. */
export class ProblemDto {
  @ApiProperty({
    description: 'Where the hub explains this kind of problem.',
    example: `${PROBLEMS_PATH}invalid_input`,
  })
  type!: string;

  @ApiProperty({ example: ERRORS.invalid_input.message })
  title!: string;

  @ApiProperty({ example: 422 })
  status!: number;

  @ApiProperty({ example: 'name is required.' })
  detail!: string;

  @ApiProperty({ enum: Object.keys(ERRORS), description: 'Stable; act on this one.', example: 'invalid_input' })
  code!: ErrorCode;

  @ApiProperty({ type: [FieldErrorDto], example: [{ path: 'name', message: 'is required' }] })
  errors!: FieldErrorDto[];

  @ApiProperty({ description: 'Quote it when you ask for help.', example: 'req_0Mrh4K7dT1cQpJx2vLw8Zb' })
  requestId!: string;
}

/** An example problem document for a code. */
export function problemExample(code: ErrorCode): Record<string, unknown> {
  const { status, message } = ERRORS[code];
  const errors = code === 'invalid_input' ? [{ path: 'name', message: 'is required' }] : [];
  const requestId = 'req_0Mrh4K7dT1cQpJx2vLw8Zb';
  return { type: PROBLEMS_PATH + code, title: message, status, detail: message, code, errors, requestId };
}

/** The problems a call can answer with, beyond those that every call can (`completeDocument` adds these by itself). */
export function ApiProblem(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return applyDecorators(...[...byStatus].map(([status, sameStatus]) => problemResponse(status, sameStatus)));
}

function problemResponse(status: number, codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const examples = Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }]));
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ApiResponse({
      status,
      description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join(' '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) }, examples } },
    }),
  );
}

/** 200 with one page of `item`. */
export function ApiPage(item: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      description: 'One page',
      schema: {
        type: 'object',
        required: ['data', 'nextCursor'],
        properties: {
          data: { type: 'array', items: { $ref: getSchemaPath(item) } },
          nextCursor: {
            type: 'string',
            nullable: true,
            description: 'For `cursor` of the next call; null on the last page.',
            example: null,
          },
        },
      },
    }),
  );
}
