import { defineResource } from '#libs/connector-kit';
import type { Education, Employment } from '#libs/model';
import { z } from 'zod';
import { toCandidate } from '../../resources/candidates.js';
import { HEADER, customFields, day, flag, moment, ref, text, typedValues } from '../../resources/wire.js';
import { list } from './listing.js';
import { embedded, header } from './wire.js';

const EducationWire = z.object({
  id: ref,
  school_name: text,
  degree: text,
  discipline: text,
  start_date: day,
  end_date: day,
});
const EmploymentWire = z.object({ id: ref, company_name: text, title: text, start_date: day, end_date: day });

const Wire = z.object({
  ...header,
  first_name: text,
  last_name: text,
  company: text,
  title: text,
  last_activity: moment,
  is_private: flag,
  can_email: flag,
  tags: z.array(text).nullish(),
  email_addresses: typedValues,
  phone_numbers: typedValues,
  addresses: typedValues,
  website_addresses: typedValues,
  social_media_addresses: typedValues,
  recruiter: embedded,
  coordinator: embedded,
  educations: z.array(EducationWire.nullish()).nullish(),
  employments: z.array(EmploymentWire.nullish()).nullish(),
  keyed_custom_fields: customFields,
});

function toEducation(wire: z.output<typeof EducationWire>): Education {
  return {
    remoteId: wire.id,
    institution: wire.school_name,
    degree: wire.degree,
    field: wire.discipline,
    startDate: wire.start_date,
    endDate: wire.end_date,
  };
}

function toEmployment(wire: z.output<typeof EmploymentWire>): Employment {
  return {
    remoteId: wire.id,
    company: wire.company_name,
    title: wire.title,
    startDate: wire.start_date,
    endDate: wire.end_date,
  };
}

const present = <T>(rows: readonly (T | null | undefined)[] | null | undefined): T[] =>
  (rows ?? []).filter((row) => row !== null && row !== undefined);

/** Educations and employments, with the names of schools, come with the person. */
export const candidates = defineResource({
  model: 'candidates',
  permission: 'candidates.read',
  list: {
    ...list('candidates', { since: 'updated_after' }),
    byIds: { query: (ids) => ({ candidate_ids: ids.join(',') }), most: 50 },
  },
  covers: [
    ...HEADER,
    'remoteUrl',
    'customFields',
    'firstName',
    'lastName',
    'title',
    'company',
    'emails',
    'phones',
    'links',
    'addresses',
    'tags',
    'isPrivate',
    'canEmail',
    'recruiterRemoteId',
    'coordinatorRemoteId',
    'educations',
    'employments',
    'lastActivityAt',
  ],
  wire: Wire,
  map: ({
    last_activity,
    is_private,
    recruiter,
    coordinator,
    educations,
    employments,
    keyed_custom_fields,
    ...wire
  }) => ({
    ...toCandidate({
      ...wire,
      last_activity_at: last_activity,
      private: is_private,
      custom_fields: keyed_custom_fields,
      preferred_name: null,
      time_zone: null,
    }),
    recruiterRemoteId: recruiter,
    coordinatorRemoteId: coordinator,
    educations: present(educations).map(toEducation),
    employments: present(employments).map(toEmployment),
  }),
});
