import { defineResource } from '#libs/connector-kit';
import { z } from 'zod';
import { toDepartment } from '../../resources/departments.js';
import { toOffice } from '../../resources/offices.js';
import { HEADER, flag, ref, text } from '../../resources/wire.js';
import { id } from '../../resources/wire.js';
import { toUser } from '../../resources/users.js';
import { list } from './listing.js';
import { allEmbedded, header } from './wire.js';

/** Rows of short lists have no times. */
const TIMELESS = { created_at: null, updated_at: null };

export const departments = defineResource({
  model: 'departments',
  permission: 'departments.read',
  list: list('departments'),
  covers: ['remoteId', 'name', 'parentRemoteId', 'externalId'],
  wire: z.object({ id, name: text, parent_id: ref, external_id: text }),
  map: (wire) => toDepartment({ ...wire, ...TIMELESS }),
});

const Location = z.object({ name: text }).nullish();

export const offices = defineResource({
  model: 'offices',
  permission: 'offices.read',
  list: list('offices'),
  covers: ['remoteId', 'name', 'parentRemoteId', 'externalId', 'location'],
  wire: z.object({ id, name: text, parent_id: ref, external_id: text, location: Location }),
  map: (wire) => toOffice({ ...wire, ...TIMELESS, location: wire.location?.name ?? null }),
});

const User = z.object({
  ...header,
  first_name: text,
  last_name: text,
  name: text,
  primary_email_address: text,
  emails: z.array(text).nullish(),
  disabled: flag,
  site_admin: flag,
  employee_id: text,
  offices: allEmbedded,
  departments: allEmbedded,
});

export const users = defineResource({
  model: 'users',
  permission: 'users.read',
  list: list('users', { since: 'updated_after' }),
  covers: [
    ...HEADER,
    'firstName',
    'lastName',
    'fullName',
    'email',
    'emails',
    'isActive',
    'isAdmin',
    'employeeNumber',
    'departmentRemoteIds',
    'officeRemoteIds',
  ],
  wire: User,
  map: (wire) =>
    toUser({
      ...wire,
      primary_email: wire.primary_email_address,
      deactivated: wire.disabled,
      job_title: null,
      office_ids: wire.offices,
      department_ids: wire.departments,
      custom_fields: [],
    }),
});
