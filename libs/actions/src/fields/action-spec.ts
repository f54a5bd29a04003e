import type { Type } from '@nestjs/common';
import type { ActionName, ModelName } from '#libs/model';

/** One thing a caller can say, and where it goes. */
export interface ActionField {
  /** In the body, dotted, or the name of a parameter of the path. */
  at: string;
  /** In the input of the action, dotted. */
  input: string;
  /** It is our id of such a record, and the ATS's goes in. A field whose name ends in `Ids` holds a list. */
  model?: ModelName;
}

/** An action as a call of the API. */
export interface ActionSpec {
  name: ActionName;
  summary: string;
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1/ats`, with `:parameters`. */
  path: string;
  /** Of the path, in its order. */
  params: readonly ActionField[];
  /** The class that checks and documents the body; null where there is none. */
  body: Type | null;
  fields: readonly ActionField[];
  /** Where in the body the values of field mappings are, by the model they are of. */
  mapped: Readonly<Partial<Record<ModelName, string>>>;
  /** Paths of the input that stand even when nothing is said. */
  defaults: Readonly<Record<string, unknown>>;
  /** Paths of the input that its contract does not do without, wherever the ATS takes them. */
  required: readonly string[];
  /** Fields of which there is exactly one. */
  oneOf: readonly string[];
  /** Which record the reply shows: the one that was made, or the one of the path. */
  shows: { model: ModelName; isMade: boolean };
}

/** What a field that names a record is called in the input, and of which model it is. */
const REFERENCES: Readonly<Record<string, { input: string; model: ModelName }>> = {
  candidateId: { input: 'candidateRemoteId', model: 'candidates' },
  applicationId: { input: 'applicationRemoteId', model: 'applications' },
  jobId: { input: 'jobRemoteId', model: 'jobs' },
  jobIds: { input: 'jobRemoteIds', model: 'jobs' },
  toJobId: { input: 'toJobRemoteId', model: 'jobs' },
  stageId: { input: 'stageRemoteId', model: 'job-stages' },
  fromStageId: { input: 'fromStageRemoteId', model: 'job-stages' },
  toStageId: { input: 'toStageRemoteId', model: 'job-stages' },
  sourceId: { input: 'sourceRemoteId', model: 'sources' },
  recruiterId: { input: 'recruiterRemoteId', model: 'users' },
  coordinatorId: { input: 'coordinatorRemoteId', model: 'users' },
  ownerId: { input: 'ownerRemoteId', model: 'users' },
  fromUserId: { input: 'fromUserRemoteId', model: 'users' },
  prospectPoolId: { input: 'prospectPoolRemoteId', model: 'prospect-pools' },
  rejectReasonId: { input: 'rejectReasonRemoteId', model: 'reject-reasons' },
};

const within = (group: string, name: string): string => (group === '' ? name : `${group}.${name}`);

/** Fields that stand together, in the body and in the input. */
export function group(at: string, input: string, names: readonly string[]): ActionField[] {
  return names.map((name) => {
    const reference = Object.hasOwn(REFERENCES, name) ? REFERENCES[name] : undefined;
    const field = { at: within(at, name), input: within(input, reference?.input ?? name) };
    return reference ? { ...field, model: reference.model } : field;
  });
}

/**
 * The path of a field as the caller knows it, for a path of the input that a connector complains about. Whole groups become
 * theirs, and what cannot be told is the whole body.
 */
export function pathOfCaller({ params, fields }: ActionSpec, input: string): string {
  const all = [...params, ...fields];
  const field = all.find((one) => one.input === input || input.startsWith(`${one.input}.`));
  if (field) return field.at + input.slice(field.input.length);
  const inside = all.find((one) => one.input.startsWith(`${input}.`));
  if (inside) return inside.at.includes('.') ? inside.at.slice(0, inside.at.lastIndexOf('.')) : '';
  return input === 'onBehalfOf' ? input : '';
}
