import type { Row } from '../data/rows.js';
import { type Showing, fieldShapes, named, userShape } from './people-shapes.js';

const num = (value: unknown): number => Number(value ?? 0);

export function departmentShape({ world }: Showing, row: Row) {
  const children = [...world.departments.newestFirst()].filter(({ parent_id }) => parent_id === row.id);
  return { ...named(row, 'parent_id', 'external_id')!, child_ids: children.map(({ id }) => id) };
}

export function officeShape(row: Row) {
  return { ...named(row, 'parent_id', 'external_id')!, location: { name: row.location ?? null }, child_ids: [] };
}

export function jobShape(showing: Showing, row: Row) {
  const { world } = showing;
  const owners = world.job_owners.where('job_ids', row.id);
  const users = (ids: unknown[]) => ids.flatMap((id) => userShape(showing, id) ?? []);
  const of = (type: string) => users(owners.filter((owner) => owner.type === type).map(({ user_id }) => user_id));
  const department = world.departments.get(num(row.department_id));
  const { department_id: _, office_ids, custom_fields: __, ...fields } = row;
  return {
    ...fields,
    departments: [department && departmentShape(showing, department)],
    offices: (office_ids as number[]).flatMap((id) => {
      const office = world.offices.get(id);
      return office ? [officeShape(office)] : [];
    }),
    ...fieldShapes(row),
    hiring_team: {
      hiring_managers: users(world.job_hiring_managers.where('job_ids', row.id).map(({ user_id }) => user_id)),
      ...{ recruiters: of('recruiter'), coordinators: of('coordinator'), sourcers: of('sourcer') },
    },
    openings: world.openings.where('job_ids', row.id).map((one) => ({
      ...{ id: one.id, opening_id: one.opening_id, status: one.open === true ? 'open' : 'closed' },
      ...{ opened_at: one.opened_at, closed_at: one.closed_at, application_id: one.application_id, close_reason: null },
    })),
  };
}

export function stageShape({ id, name, created_at, updated_at, active, job_id, sort_order }: Row) {
  return { id, name, created_at, updated_at, active, job_id, priority: sort_order, interviews: [] };
}

interface Question {
  required: boolean;
  label: string;
  name: string | null;
  answer_type: string;
  options: { id: number; label: string }[];
}

export function postShape({ questions, language: _, public_url: __, job_board_id: ___, featured: ____, ...row }: Row) {
  return {
    ...row,
    location: { id: 4_034_001_003, name: 'London', office_id: null },
    external: row.internal !== true,
    questions: (questions as Question[]).map(({ required, label, name, answer_type, options }) => ({
      ...{ required, private: false, label, name, type: answer_type.replace('multi_value_', ''), description: null },
      values: options.map((option) => ({ value: option.id, label: option.label })),
    })),
  };
}
