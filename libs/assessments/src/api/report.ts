import type { Trait } from '#libs/model';
import type { Report } from '../state-machine.js';
import type { ReportDto, TraitInputDto } from './assessments.dto.js';

/** A report in the form it is stored and compared in: moments in UTC, every trait whole. What is absent stays absent. */
export function toReport(given: ReportDto): Report {
  return {
    status: given.status,
    score: plain(given.score),
    maxScore: plain(given.maxScore),
    outcome: given.outcome === null ? 'NONE' : given.outcome,
    profileUrl: given.profileUrl,
    summary: given.summary,
    traits: given.traits === null ? [] : given.traits?.map(toTrait),
    // What JSON cannot tell apart (such as -0 and 0) must not count as a change.
    metaData: given.metaData && (JSON.parse(JSON.stringify(given.metaData)) as Record<string, unknown>),
    startedAt: toMoment(given.startedAt),
    completedAt: toMoment(given.completedAt),
  };
}

function toTrait({ name, score, maxScore, comment, visible }: TraitInputDto): Trait {
  return {
    name,
    score: plain(score) ?? null,
    maxScore: plain(maxScore) ?? null,
    comment: comment ?? null,
    visible: visible ?? true,
  };
}

/** -0 is 0. */
function plain<T extends number | null | undefined>(value: T): T {
  return (value === 0 ? 0 : value) as T;
}

function toMoment<T extends string | null | undefined>(time: T): T {
  return (typeof time === 'string' ? new Date(time).toISOString() : time) as T;
}
