import type { ApiVersion, Resource } from '#libs/connector-kit';
import { MODEL_NAMES, type ModelName, SENSITIVE_MODELS } from '#libs/model';
import { NO_COUNTS, type ResourceProgress, type RunRow } from '../run.js';

/** What others name comes before those who name it; then the rest, in the order of the models. */
const FIRST: readonly ModelName[] = [
  'users',
  'departments',
  'offices',
  'sources',
  'reject-reasons',
  'tags',
  'prospect-pools',
  'jobs',
  'job-stages',
  'job-postings',
  'candidates',
  'applications',
];
const ORDER: readonly ModelName[] = [...FIRST, ...MODEL_NAMES.filter((model) => !FIRST.includes(model))];

/** The name of a resource within a version: its model, or the name of the part. */
export function keyOf(resource: Resource): string {
  return resource.kind === 'records' ? resource.model : resource.name;
}

export function modelOf(resource: Resource): ModelName {
  return resource.kind === 'records' ? resource.model : resource.of;
}

/** What is synced where nobody chose. */
export function defaultModels(version: ApiVersion): ModelName[] {
  const models = new Set(version.resources.map(modelOf));
  return ORDER.filter((model) => models.has(model) && !SENSITIVE_MODELS.includes(model));
}

/** How far a resource has been read in earlier runs. */
export interface KnownState {
  resource: string;
  initialAt: Date | null;
  deltaFrom: Date | null;
}

/**
 * What a run reads, in order. Parts come before the records they belong to, so that a new record is told of whole and not
 * once more with every part.
 */
export function planRun(
  run: Pick<RunRow, 'isWhole' | 'models'>,
  version: ApiVersion,
  enabled: readonly ModelName[] | null,
  states: readonly KnownState[],
): ResourceProgress[] {
  const chosen = new Set(enabled ?? defaultModels(version));
  const asked = run.models === null ? chosen : new Set(run.models.filter((model) => chosen.has(model)));
  const known = new Map(states.map((state) => [state.resource, state]));
  return version.resources
    .filter((resource) => asked.has(modelOf(resource)))
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .map((resource) => {
      const state = known.get(keyOf(resource));
      const from = run.isWhole || !resource.list.since ? null : (state?.deltaFrom ?? null);
      return {
        key: keyOf(resource),
        model: modelOf(resource),
        state: 'WAITING',
        isFirst: !state?.initialAt,
        since: from?.toISOString() ?? null,
        startedAt: null,
        restarts: 0,
        noted: 0,
        hasNameless: false,
        counts: { ...NO_COUNTS },
        error: null,
      };
    });
}

/** Whether what was read is compared with the mirror, to find what is gone: the list is whole, and not the first one. */
export function isCompared({ since, isFirst }: ResourceProgress): boolean {
  return since === null && !isFirst;
}

function placeOf(resource: Resource): number {
  return ORDER.indexOf(modelOf(resource)) * 2 + (resource.kind === 'part' ? 0 : 1);
}
