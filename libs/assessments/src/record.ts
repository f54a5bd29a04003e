import type { AssessmentStatus, CandidateAssessment, CandidateSnapshot, PackageSnapshot } from '#libs/model';

/** A candidateAssessment with `originData` still the text it came as. */
export interface RecordSource extends Omit<CandidateAssessment, 'originData'> {
  originText: string;
}

/** The state a new order arrives in. */
export const ARRIVED: AssessmentStatus = 'NOT_SPECIFIED';

/** The record in the contract's field order. Numbers of the ATS that JavaScript would round are kept as written. */
export function toRecord(source: RecordSource): CandidateAssessment {
  return recordWith(source, parseExactly(source.originText));
}

/** As {@link toRecord}, with something else in the place of `originData`. */
export function recordWith(source: RecordSource, originData: unknown): CandidateAssessment {
  return {
    applicationId: source.applicationId,
    assessmentPackage: packageInOrder(source.assessmentPackage),
    callbackUrl: source.callbackUrl,
    candidate: candidateInOrder(source.candidate),
    id: source.id,
    jobId: source.jobId,
    metaData: source.metaData,
    originData,
    status: source.status,
  };
}

export function packageInOrder({ description, id, metaData, name, type }: PackageSnapshot): PackageSnapshot {
  return { description, id, metaData, name, type };
}

/** A list with nothing in it is null. */
export function candidateInOrder(candidate: CandidateSnapshot): CandidateSnapshot {
  return {
    emails: filled(candidate.emails)?.map(({ email, type }) => ({ email, type })) ?? null,
    firstName: candidate.firstName,
    id: candidate.id,
    lastName: candidate.lastName,
    links: filled(candidate.links),
    location: candidate.location,
    phones: filled(candidate.phones)?.map(({ phoneNumber, type }) => ({ phoneNumber, type })) ?? null,
  };
}

function filled<T>(list: T[] | null): T[] | null {
  return list && list.length > 0 ? list : null;
}

/** JSON.rawJSON and the reviver's source text are in the engine but not yet in TypeScript's library. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

const keepFigures: Reviver = (_key, value, context) =>
  typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
    ? rawJSON(context.source)
    : value;

function parseExactly(text: string): unknown {
  return JSON.parse(text, keepFigures);
}
