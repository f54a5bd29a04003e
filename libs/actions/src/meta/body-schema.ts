import type { Type } from '@nestjs/common';

/** JSON Schema, 2020-12. */
export type JsonSchema = Record<string, unknown> & {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
};

/** What `@ApiProperty` left on a class; where it does is part of what `@nestjs/swagger` is read by. */
const PROPERTY_NAMES = 'swagger/apiModelPropertiesArray';
const PROPERTY = 'swagger/apiModelProperties';

/** Keywords that mean the same in both. */
const SHARED = [
  ...['description', 'enum', 'minLength', 'maxLength', 'minimum', 'maximum', 'pattern', 'format', 'contentEncoding'],
  ...['items', 'maxItems', 'oneOf', 'additionalProperties'],
];

interface Documented extends Record<string, unknown> {
  type?: unknown;
  isArray?: boolean;
  required?: boolean;
  nullable?: boolean;
  example?: unknown;
}

/** The schema of a body, out of what its class says for the OpenAPI document. */
export function schemaOf(dto: Type): JsonSchema {
  const names = (Reflect.getMetadata(PROPERTY_NAMES, dto.prototype as object) ?? []) as string[];
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const name of names.map((one) => one.slice(1))) {
    const documented = Reflect.getMetadata(PROPERTY, dto.prototype as object, name) as Documented;
    properties[name] = propertySchema(documented);
    if (documented.required) required.push(name);
  }
  return objectSchema(properties, required);
}

/** An object with these properties and no others. */
export function objectSchema(properties: Record<string, JsonSchema>, required: string[]): JsonSchema {
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

function propertySchema(documented: Documented): JsonSchema {
  const { type, isArray, nullable, example } = documented;
  const kept = Object.fromEntries(
    SHARED.flatMap((key) => (documented[key] === undefined ? [] : [[key, documented[key]]])),
  );
  const examples = example === undefined || example === null ? {} : { examples: [example] };
  // Where there are alternatives the type is only what the compiler saw.
  if ('oneOf' in kept) return { ...kept, ...examples };
  if (typeof type === 'function') return { ...nested(type as () => Type, isArray, kept), ...examples };
  const types = typeof type === 'string' ? { type: nullable ? [type, 'null'] : type } : {};
  return { ...types, ...kept, ...examples };
}

/** `type` gives the class of an object, or of the entries of a list. */
function nested(type: () => Type, isArray: boolean | undefined, kept: Record<string, unknown>): JsonSchema {
  const schema = schemaOf(type());
  return isArray ? { type: 'array', items: schema, ...kept } : { ...schema, ...kept };
}
