import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';
import type { FieldError } from '#libs/errors';

export type DtoClass = new () => object;

/** What a DTO declares: its fields, and the classes (or, in a query, `Number` and `Boolean`) behind `@Type`. */
interface Shape {
  fields: ReadonlySet<string>;
  types: ReadonlyMap<string, unknown>;
}

const shapes = new WeakMap<DtoClass, Shape>();

/** A path fit for a reply: not as long as the caller liked. */
const MAX_PATH_CHARACTERS = 200;

/**
 * Turns plain JSON into an instance of a DTO, nested ones too, for class-validator to check. Fields nobody declared are
 * left out and reported in `errors`; names like `__proto__`, `constructor` and `toString` are names like any other.
 * Values are copied as they are; only in a query string (`fromText`) digits and `true`/`false` become what `@Type` says.
 */
export function toDto(dto: DtoClass, plain: object, options: { fromText: boolean; errors: FieldError[] }): object {
  return build(dto, plain, { ...options, path: '' });
}

interface Building {
  fromText: boolean;
  errors: FieldError[];
  path: string;
}

function build(dto: DtoClass, plain: object, building: Building): object {
  const shape = shapeOf(dto);
  const instance = new dto();
  for (const [name, value] of Object.entries(plain)) {
    const path = (building.path === '' ? name : `${building.path}.${name}`).slice(0, MAX_PATH_CHARACTERS);
    if (!shape.fields.has(name)) building.errors.push({ path, message: 'is not a known field' });
    else (instance as Record<string, unknown>)[name] = convert(value, shape.types.get(name), { ...building, path });
  }
  return instance;
}

function convert(value: unknown, type: unknown, building: Building): unknown {
  if (type === undefined) return value;
  if (building.fromText) return typeof value === 'string' ? fromText(value, type) : value;
  if (type === Number || type === Boolean || type === String || type === Date) return value;
  if (Array.isArray(value)) {
    return value.map((entry, at) =>
      buildObject(entry, type as DtoClass, { ...building, path: `${building.path}.${at}` }),
    );
  }
  return buildObject(value, type as DtoClass, building);
}

function buildObject(value: unknown, dto: DtoClass, building: Building): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return build(dto, value, building);
}

function fromText(text: string, type: unknown): unknown {
  if (type === Number && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === Boolean && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function shapeOf(dto: DtoClass): Shape {
  const known = shapes.get(dto);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const fields = new Set(rules.map(({ propertyName }) => propertyName));
  const types = new Map<string, unknown>();
  for (const name of fields) {
    const type = defaultMetadataStorage.findTypeMetadata(dto, name);
    if (type) types.set(name, type.typeFunction());
  }
  const shape = { fields, types };
  shapes.set(dto, shape);
  return shape;
}
