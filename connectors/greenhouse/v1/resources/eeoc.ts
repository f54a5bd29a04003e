import { defineResource, linkHeader } from '#libs/connector-kit';
import { toEeocAnswer, Wire } from '../../resources/eeoc.js';
import { id } from '../../resources/wire.js';

/** Rows have no id; there is one for each application at most. Personal data of a special kind. */
export const eeoc = defineResource({
  model: 'eeoc',
  permission: 'eeoc.read',
  list: {
    path: 'eeoc',
    pages: linkHeader({ size: 500 }),
    since: (moment) => ({ submitted_after: moment }),
  },
  covers: [
    'remoteId',
    'candidateRemoteId',
    'applicationRemoteId',
    'submittedAt',
    'gender',
    'race',
    'veteranStatus',
    'disabilityStatus',
  ],
  wire: Wire.omit({ id: true, created_at: true, updated_at: true }).extend({ application_id: id }),
  map: (wire) => toEeocAnswer({ ...wire, id: wire.application_id, created_at: null, updated_at: null }),
});
