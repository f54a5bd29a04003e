import { defineResource } from '#libs/connector-kit';
import type { User } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, customFields, flag, header, recordOf, refs, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-users
const Wire = z.object({
  ...header,
  first_name: text,
  last_name: text,
  name: text,
  // Empty for service accounts.
  primary_email: text,
  emails: z.array(text).nullish(),
  job_title: text,
  deactivated: flag,
  site_admin: flag,
  employee_id: text,
  office_ids: refs,
  department_ids: refs,
  custom_fields: customFields,
});

export function toUser(wire: z.output<typeof Wire>): User {
  const emails = (wire.emails ?? []).filter((email) => email !== null);
  return {
    ...recordOf(wire, { customFields: wire.custom_fields }),
    firstName: wire.first_name,
    lastName: wire.last_name,
    fullName: wire.name,
    email: wire.primary_email ?? emails[0] ?? null,
    emails,
    title: wire.job_title,
    isActive: wire.deactivated === null ? null : !wire.deactivated,
    isAdmin: wire.site_admin,
    employeeNumber: wire.employee_id,
    departmentRemoteIds: wire.department_ids,
    officeRemoteIds: wire.office_ids,
  };
}

export const users = defineResource({
  model: 'users',
  permission: 'users.read',
  list: list('users'),
  covers: [
    ...HEADER,
    'customFields',
    'firstName',
    'lastName',
    'fullName',
    'email',
    'emails',
    'title',
    'isActive',
    'isAdmin',
    'employeeNumber',
    'departmentRemoteIds',
    'officeRemoteIds',
  ],
  wire: Wire,
  map: toUser,
});
