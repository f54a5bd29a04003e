import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';

/** What every building block of a DTO takes. */
export interface FieldOptions {
  description?: string;
  /** Shown in the OpenAPI document; give one that could be real. */
  example?: unknown;
  /** May be left out. */
  optional?: boolean;
  /** May be `null`, which is not the same as left out. */
  nullable?: boolean;
}

/** Says what is wrong with a value ("must be …"), or null when nothing is. Pure; never throws, whatever it is given. */
export type Problem = (value: unknown) => string | null;

/** The schema of a field in the OpenAPI document. */
export type FieldSchema = Exclude<ApiPropertyOptions, { enumName: string }>;

/** A field of a DTO from one rule: the check, its message and its OpenAPI schema. `name` tells rules on one field apart. */
export function field(name: string, problem: Problem, schema: object, options: FieldOptions): PropertyDecorator {
  return applyDecorators(describe(schema, options), whereGiven(options), rule(name, problem));
}

/** The OpenAPI side of a field. */
export function describe(
  schema: object,
  { description, example, optional, nullable }: FieldOptions,
): PropertyDecorator {
  return ApiProperty({
    ...schema,
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    ...(nullable ? { nullable: true } : {}),
    required: !optional,
  });
}

/** Leaves an allowed absence, or an allowed null, unchecked. */
export function whereGiven({ optional, nullable }: FieldOptions): PropertyDecorator {
  return ValidateIf((_dto, value) => !(optional && value === undefined) && !(nullable && value === null));
}

/** A class-validator rule with its own message. */
export function rule(name: string, problem: Problem): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value) => problem(value) === null,
      defaultMessage: (args) =>
        args?.value === undefined ? 'is required' : (problem(args.value) ?? 'is not acceptable'),
    },
  });
}
