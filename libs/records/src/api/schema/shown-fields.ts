import { MODELS, type ModelName } from '#libs/model';
import { RECORD_FIELDS } from './record-fields.js';
import { type ValueSchema, customFields, text, time } from './value-schemas.js';

const ID_TAIL = '0Mrh4K7dT1cQpJx2vLw8Zb';

/** What every record has and the ATS gives. */
const HEADER: Readonly<Record<string, ValueSchema>> = {
  remoteId: { type: 'string', description: 'The ATS’s own id.', example: '4031880003' },
  remoteUrl: text(null, 'A link into the ATS’s own screens.'),
  remoteCreatedAt: time('2026-11-02T08:00:00.000Z'),
  remoteUpdatedAt: time('2026-11-03T09:30:00.000Z'),
};

/** A field of the API that comes from the ATS: `source` is what connectors call it. */
export interface ShownField {
  name: string;
  source: string;
  schema: ValueSchema;
}

/**
 * The fields of a model as the API shows them, in its order: our id stands before each of the ATS's, and the text of a
 * job posting after its HTML.
 */
export function shownFields(model: ModelName): ShownField[] {
  const fields = { ...HEADER, ...RECORD_FIELDS[model], customFields } as Record<string, ValueSchema>;
  return Object.entries(fields).flatMap(([source, schema]) => {
    const field = { name: source, source, schema };
    const of = (MODELS[model].refs as Record<string, ModelName>)[source];
    if (of) return [{ name: idField(source), source, schema: idSchema(of, schema) }, field];
    if (model === 'job-postings' && source === 'contentHtml') return [field, { ...CONTENT_TEXT, source }];
    return [field];
  });
}

const CONTENT_TEXT = {
  name: 'contentText',
  schema: text('Build pipelines.', 'The content as clean text, without any HTML.'),
};

/** `jobRemoteId` → `jobId`, `officeRemoteIds` → `officeIds`. */
export function idField(ref: string): string {
  return ref.replace(/RemoteId(s?)$/, 'Id$1');
}

/** What `expand` calls a reference: `jobRemoteId` → `job`, `officeRemoteIds` → `offices`. */
export function expandName(ref: string): string {
  return ref.replace(/RemoteId(s?)$/, '$1');
}

function idSchema(of: ModelName, { type, nullable, example }: ValueSchema): ValueSchema {
  const id = MODELS[of].prefix + ID_TAIL;
  if (type === 'array') return { type, items: { type: 'string' }, example: (example as string[]).map(() => id) };
  return { type, nullable: nullable ?? false, example: example === null ? null : id };
}
