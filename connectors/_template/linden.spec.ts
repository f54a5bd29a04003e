import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { describeConnector } from '#libs/connector-kit/testing';
import linden from './index.js';
import { toCandidate } from './resources/candidates.js';
import { webhooks } from './webhooks.js';

// The whole contract, on the recorded traffic in `fixtures`: paging, mapping, failures, actions, signatures.
describeConnector(linden, import.meta.dirname);

// And what is particular about this ATS.
describe('a person of Linden', () => {
  const person = {
    id: 'p-1',
    created: null,
    changed: null,
    given_name: 'Imani',
    family_name: null,
    homepage: null,
    owner_id: null,
  };

  it('keeps a kind of e-mail we have no word for', () => {
    const { emails } = toCandidate({ ...person, mail: [{ address: 'imani@example.org', kind: 'pigeon' }] });

    expect(emails).toEqual([{ value: 'imani@example.org', type: { value: 'OTHER', raw: 'pigeon' } }]);
  });
});

describe('a webhook of Linden', () => {
  const sentAt = 1_772_445_600;
  const signed = createHmac('sha256', 'a-demo-secret').update(`${sentAt}.{}`).digest('hex');
  const webhook = { headers: { 'x-linden-signature': `t=${sentAt},s=${signed}` }, rawBody: Buffer.from('{}') };

  it.each([
    [0, true],
    [299_000, true],
    [301_000, false],
    [-301_000, false],
  ])('that is %i ms old is taken: %s', (ageMs, isTaken) => {
    expect(webhooks.verify(webhook, 'a-demo-secret', sentAt * 1000 + ageMs)).toBe(isTaken);
  });
});
