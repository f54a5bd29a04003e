import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from './open-api-operations.js';

/** As much of a schema as an example is made from. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

interface Content {
  schema?: unknown;
  example?: unknown;
  examples?: unknown;
}

/** Puts an example on every request body and every reply that has none, composed from those of the fields. */
export function addExamples(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    const bodies = [operation.requestBody, ...Object.values(operation.responses)];
    for (const body of bodies) {
      const content = (body as { content?: Record<string, Content> } | undefined)?.content ?? {};
      for (const media of Object.values(content)) addExample(document, media);
    }
  }
}

function addExample(document: OpenAPIObject, media: Content): void {
  if (media.schema === undefined || media.example !== undefined || media.examples !== undefined) return;
  const example = exampleOf(document, media.schema as Schema);
  if (example !== undefined) media.example = example;
}

/** The example of a schema: its own, or one built from its parts. `undefined` when there is nothing to go by. */
function exampleOf(document: OpenAPIObject, schema: Schema): unknown {
  if (schema.$ref !== undefined) return exampleOf(document, resolve(document, schema.$ref));
  const own = schema.example ?? schema.examples?.[0] ?? schema.default ?? schema.enum?.[0];
  if (own !== undefined || 'example' in schema) return own ?? null;
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(document, part)));
  const alternative = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (alternative) return exampleOf(document, alternative);
  if (schema.properties) return objectExample(document, schema.properties);
  return schema.items ? [exampleOf(document, schema.items)] : undefined;
}

function objectExample(document: OpenAPIObject, properties: Record<string, Schema>): Record<string, unknown> {
  const entries = Object.entries(properties).map(([name, schema]) => [name, exampleOf(document, schema)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function resolve(document: OpenAPIObject, ref: string): Schema {
  const name = ref.slice('#/components/schemas/'.length);
  return (document.components?.schemas?.[name] ?? {}) as Schema;
}
