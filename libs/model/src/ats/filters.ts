import { MODELS, type ModelName } from './models.js';

/** The filters of lists that only some models have, with the field each of them looks at. */
export const FILTER_FIELDS = {
  candidateId: 'candidateRemoteId',
  applicationId: 'applicationRemoteId',
  jobId: 'jobRemoteId',
  stageId: 'stageRemoteId',
  status: 'status',
  email: 'emails',
  isProspect: 'isProspect',
} as const;

export type FilterName = keyof typeof FILTER_FIELDS;
export const FILTER_NAMES = Object.keys(FILTER_FIELDS) as FilterName[];

const MODELS_WITH: Readonly<Partial<Record<FilterName, readonly ModelName[]>>> = {
  status: ['applications', 'jobs', 'job-postings', 'interviews', 'offers'],
  email: ['candidates', 'users'],
  isProspect: ['applications'],
};

/** Whether lists of a model can be filtered so. */
export function hasFilter(model: ModelName, filter: FilterName): boolean {
  return MODELS_WITH[filter]?.includes(model) ?? Object.hasOwn(MODELS[model].refs, FILTER_FIELDS[filter]);
}
