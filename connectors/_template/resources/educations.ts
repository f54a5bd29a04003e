import { bodyToken, definePart } from '#libs/connector-kit';
import { z } from 'zod';
import { id, text } from './wire.js';

// https://docs.linden.example/api/studies
const Wire = z.object({ id, person_id: id, school: text, degree: text, subject: text, from: text, until: text });

/**
 * Rows that are a part of another record in our words. With `shape: 'list'` each is an element of `field`; with `'fields'`
 * there is one row per record, and `value` holds the fields it fills.
 */
export const educations = definePart({
  name: 'studies',
  of: 'candidates',
  shape: 'list',
  field: 'educations',
  permission: 'people',
  list: {
    path: 'studies',
    pages: bodyToken({ size: 100, sizeName: 'limit', tokenAt: 'next', tokenName: 'after', at: 'items' }),
    byParents: { candidates: { query: (ids) => ({ person_ids: ids.join(',') }), most: 20 } },
  },
  covers: ['educations'],
  wire: Wire,
  map: (wire) => ({
    parentRemoteId: wire.person_id,
    remoteId: wire.id,
    value: {
      remoteId: wire.id,
      institution: wire.school,
      degree: wire.degree,
      field: wire.subject,
      startDate: wire.from,
      endDate: wire.until,
    },
  }),
});
