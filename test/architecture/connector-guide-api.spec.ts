import { createHmac } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { describeConnector } from '#libs/connector-kit/testing';
import { loadGuideExample } from './guide-example.js';

/** What a stranger would record of Heron, and expect of it. */
const person = { id: 5_000_000_001, updated_at: '2026-02-23T15:02:11+01:00', full_name: 'Imani Okafor' };
const emails = [{ address: 'imani@example.org', kind: 'private' }];
const next = '<https://api.heron.example/v1/people?cursor=c2>; rel="next"';

const nobody = {
  remoteUrl: null,
  remoteCreatedAt: null,
  remoteUpdatedAt: null,
  customFields: [],
  firstName: null,
  lastName: null,
  fullName: null,
  preferredName: null,
  title: null,
  company: null,
  emails: [],
  phones: [],
  links: [],
  addresses: [],
  tags: [],
  isPrivate: null,
  canEmail: null,
  timeZone: null,
  recruiterRemoteId: null,
  coordinatorRemoteId: null,
  educations: [],
  employments: [],
  lastActivityAt: null,
};

const SECRET = 'a-demo-secret';
const event = (name: string, number: number) => {
  const body = JSON.stringify({ event: name, person_id: number });
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  return { headers: { 'x-heron-signature': signature, 'x-heron-delivery': `d-${number}` }, body };
};
const hint = (action: string, how: string, number: number) => ({
  deliveryId: `d-${number}`,
  parsed: { action, hints: [{ do: how, model: 'candidates', remoteIds: [String(number)] }] },
});

const TRAFFIC: Readonly<Record<string, { recorded: unknown; expected: unknown }>> = {
  people: {
    recorded: {
      kind: 'list',
      version: 'v1',
      resource: 'candidates',
      exchanges: [
        {
          request: { method: 'GET', path: 'people', query: { per_page: '100' } },
          reply: { status: 200, headers: { link: next }, body: [{ ...person, emails, of_tomorrow: 1 }, { id: 2 }] },
        },
        {
          request: { method: 'GET', path: 'people', query: { cursor: 'c2' } },
          reply: { status: 200, body: [{ id: 'three' }] },
        },
      ],
    },
    expected: {
      records: [
        {
          ...nobody,
          remoteId: '5000000001',
          remoteUpdatedAt: '2026-02-23T14:02:11.000Z',
          fullName: 'Imani Okafor',
          emails: [{ value: 'imani@example.org', type: { value: 'PERSONAL', raw: 'private' } }],
        },
        { ...nobody, remoteId: '2' },
      ],
      unreadable: ['id: Invalid input: expected number, received string'],
    },
  },
  replies: {
    recorded: {
      kind: 'replies',
      version: 'v1',
      replies: { a: { status: 401 }, b: { status: 403 }, c: { status: 404 }, d: { status: 429 }, e: { status: 503 } },
    },
    expected: {
      a: { kind: 'unauthorized', reasons: [] },
      b: { kind: 'forbidden', reasons: [] },
      c: { kind: 'not_found', reasons: [] },
      d: { kind: 'rate_limited', reasons: [] },
      e: { kind: 'unavailable', reasons: [] },
    },
  },
  webhooks: {
    recorded: {
      kind: 'webhooks',
      secret: SECRET,
      now: '2026-03-02T10:00:00.000Z',
      webhooks: { changed: event('person.changed', 1), deleted: event('person.deleted', 2) },
    },
    expected: { changed: hint('person.changed', 'read', 1), deleted: hint('person.deleted', 'gone', 2) },
  },
  notes: {
    recorded: {
      kind: 'actions',
      version: 'v1',
      runs: {
        'a note': {
          action: 'notes.create',
          input: { candidateRemoteId: '5000000001', type: 'NOTE', visibility: 'PRIVATE', body: '81 of 100' },
          exchanges: [
            {
              request: {
                method: 'POST',
                path: 'people/5000000001/notes',
                json: { text: '81 of 100', is_private: true },
              },
              reply: { status: 201, body: { id: 9 } },
            },
          ],
        },
      },
    },
    expected: {
      'a note': { remoteId: '9', changed: [{ model: 'candidates', remoteIds: ['5000000001'] }], warnings: [] },
    },
  },
};

// The contract is described while the file is read, so the example has to be there by then.
const { folder, connector } = await loadGuideExample();
await mkdir(join(folder, 'fixtures'));
for (const [name, { recorded, expected }] of Object.entries(TRAFFIC)) {
  await writeFile(join(folder, 'fixtures', `${name}.http.json`), JSON.stringify(recorded));
  await writeFile(join(folder, 'fixtures', `${name}.expected.json`), JSON.stringify(expected));
}
afterAll(() => rm(folder, { recursive: true, force: true }));

describeConnector(connector, folder);
