import { type NameList, definePart } from '#libs/connector-kit';
import type { Education, Employment } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { day, header, id, text, whole } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-candidate-educations
const EducationWire = z.object({
  ...header,
  candidate_id: id,
  // Put in by the hub, from the ids beside them.
  school_name: text,
  degree: text,
  discipline: text,
  start_at: day,
  end_at: day,
  start_date_month: whole,
  start_date_year: whole,
  end_date_month: whole,
  end_date_year: whole,
});

const OptionWire = z.object({ id, name: text });

/** What school, degree and discipline are called. https://harvestdocs.greenhouse.io/reference/get_v3-custom-field-options */
const options: NameList = {
  list: list('custom_field_options'),
  read(row) {
    const { data } = OptionWire.safeParse(row);
    return data?.name == null ? null : { id: data.id, name: data.name };
  },
};

function toEducation(wire: z.output<typeof EducationWire>): Education {
  return {
    remoteId: wire.id,
    institution: wire.school_name,
    degree: wire.degree,
    field: wire.discipline,
    startDate: asFarAsKnown(wire.start_at, wire.start_date_year, wire.start_date_month),
    endDate: asFarAsKnown(wire.end_at, wire.end_date_year, wire.end_date_month),
  };
}

/** Greenhouse may know the year alone, and makes a full date of it all the same. */
function asFarAsKnown(date: string | null, year: number | null, month: number | null): string | null {
  if (year === null) return date;
  const known = [String(year).padStart(4, '0'), ...(month === null ? [] : [String(month).padStart(2, '0')])].join('-');
  return month !== null && date?.startsWith(known) ? date : known;
}

export const educations = definePart({
  name: 'candidate_educations',
  of: 'candidates',
  shape: 'list',
  field: 'educations',
  permission: 'educations.read',
  list: {
    ...list('candidate_educations', { parents: { candidates: 'candidate_ids' } }),
    names: [
      { id: 'school_name_custom_field_option_id', name: 'school_name', in: options },
      { id: 'degree_custom_field_option_id', name: 'degree', in: options },
      { id: 'discipline_custom_field_option_id', name: 'discipline', in: options },
    ],
  },
  covers: ['educations'],
  wire: EducationWire,
  map: (wire) => ({ parentRemoteId: wire.candidate_id, remoteId: wire.id, value: { ...toEducation(wire) } }),
});

// https://harvestdocs.greenhouse.io/reference/get_v3-candidate-employments
const EmploymentWire = z.object({
  ...header,
  candidate_id: id,
  company_name: text,
  title: text,
  start_date: day,
  end_date: day,
});

function toEmployment(wire: z.output<typeof EmploymentWire>): Employment {
  return {
    remoteId: wire.id,
    company: wire.company_name,
    title: wire.title,
    startDate: wire.start_date,
    endDate: wire.end_date,
  };
}

export const employments = definePart({
  name: 'candidate_employments',
  of: 'candidates',
  shape: 'list',
  field: 'employments',
  permission: 'employments.read',
  list: list('candidate_employments', { parents: { candidates: 'candidate_ids' } }),
  covers: ['employments'],
  wire: EmploymentWire,
  map: (wire) => ({ parentRemoteId: wire.candidate_id, remoteId: wire.id, value: { ...toEmployment(wire) } }),
});
