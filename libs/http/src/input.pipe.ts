import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { type ValidationError, validateSync } from 'class-validator';
import { type FieldError, HubError } from '#libs/errors';
import { type DtoClass, toDto } from './dto-shape.js';

/** Types Nest sees on parameters that are no DTOs. */
const PLAIN_TYPES: ReadonlySet<unknown> = new Set([undefined, String, Number, Boolean, Array, Object, Buffer]);

/**
 * Checks bodies and query strings against their DTO classes. No body counts as `{}`. Nothing is converted in a body;
 * in a query, digits and booleans are where the DTO says so.
 */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || PLAIN_TYPES.has(metatype)) return value;
    const plain = value ?? (value === undefined ? {} : value);
    if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
      throw invalid([{ path: '', message: 'must be a JSON object' }]);
    }
    const errors: FieldError[] = [];
    const dto = toDto(metatype as DtoClass, plain, { fromText: type === 'query', errors });
    collect(
      validateSync(dto, {
        stopAtFirstError: true,
        forbidUnknownValues: false,
        validationError: { target: false, value: false },
      }),
      '',
      errors,
    );
    if (errors.length > 0) throw invalid(errors);
    return dto;
  }
}

function invalid(errors: FieldError[]): HubError {
  const first = errors[0]!;
  const what = first.path === '' ? 'The body' : first.path;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new HubError('invalid_input', { detail: `${what} ${first.message}${more}.`, errors });
}

function collect(problems: ValidationError[], parent: string, errors: FieldError[]): void {
  for (const { property, constraints, children } of problems) {
    const path = parent === '' ? property : `${parent}.${property}`;
    const message = Object.values(constraints ?? {})[0];
    if (message !== undefined) errors.push({ path, message: withoutName(message, property) });
    collect(children ?? [], path, errors);
  }
}

/** class-validator begins its own messages with the field's name, which `path` says already. */
function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
