import { defineResource } from '#libs/connector-kit';
import { type EnumValue, type JobPosting, type JobPostingStatus, type Question, enumValue } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, flag, header, moment, recordOf, ref, text } from './wire.js';

const QuestionWire = z.object({
  id: ref,
  name: text,
  label: text,
  answer_type: text,
  required: flag,
  options: z.array(z.object({ id: ref, label: text }).nullish()).nullish(),
});

// https://harvestdocs.greenhouse.io/reference/get_v3-job-posts
const Wire = z.object({
  ...header,
  job_id: ref,
  title: text,
  internal: flag,
  active: flag,
  live: flag,
  first_published_at: moment,
  content: text,
  language: text,
  public_url: text,
  questions: z.array(QuestionWire.nullish()).nullish(),
});

const QUESTION_TYPES = {
  short_text: 'SHORT_TEXT',
  long_text: 'LONG_TEXT',
  boolean: 'BOOLEAN',
  single_select: 'SINGLE_SELECT',
  multi_select: 'MULTI_SELECT',
  attachment: 'FILE',
} as const;

export function toJobPosting(wire: z.output<typeof Wire>): JobPosting {
  return {
    ...recordOf(wire),
    jobRemoteId: wire.job_id,
    title: wire.title,
    status: statusOf(wire),
    isInternal: wire.internal,
    contentHtml: wire.content,
    language: wire.language,
    location: null,
    url: wire.public_url,
    questions: (wire.questions ?? []).flatMap((question) => (question ? toQuestion(question) : [])),
    publishedAt: wire.first_published_at,
  };
}

/** Two switches, `active` (not deleted) and `live`; a post that was live once and is no more has been closed. */
function statusOf({ active, live, first_published_at }: z.output<typeof Wire>): EnumValue<JobPostingStatus> {
  if (active === false) return { value: 'ARCHIVED', raw: 'deleted' };
  if (live === null) return { value: 'UNKNOWN', raw: null };
  if (live) return { value: 'PUBLISHED', raw: 'live' };
  return { value: first_published_at === null ? 'DRAFT' : 'CLOSED', raw: 'offline' };
}

function toQuestion(wire: z.output<typeof QuestionWire>): Question[] {
  const title = wire.label ?? wire.name;
  if (title === null) return [];
  return [
    {
      // The questions every post has, a first name for one, have a name and no id.
      remoteId: wire.id ?? wire.name,
      title,
      type: enumValue(wire.answer_type, QUESTION_TYPES),
      isRequired: wire.required,
      options: (wire.options ?? []).flatMap((option) =>
        option?.label ? [{ remoteId: option.id, label: option.label }] : [],
      ),
    },
  ];
}

/** Deleted posts are not asked for (`active=false` would list them alone): the comparison finds that they are gone. */
export const jobPostings = defineResource({
  model: 'job-postings',
  permission: 'job-postings.read',
  list: list('job_posts', { parents: { jobs: 'job_ids' } }),
  covers: [
    ...HEADER,
    'jobRemoteId',
    'title',
    'status',
    'isInternal',
    'contentHtml',
    'language',
    'url',
    'questions',
    'publishedAt',
  ],
  wire: Wire,
  map: toJobPosting,
});
