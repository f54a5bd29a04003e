import { describe, expect, it } from '@jest/globals';
import type { ApiVersion } from '#libs/connector-kit';
import greenhouse from '../index.js';
import { apiKey } from './connect.js';
import { failure } from './failure.js';

const v1 = greenhouse.api!.versions.v1 as ApiVersion;

describe('a Harvest v1 key', () => {
  it('is the user name, without a password', () => {
    expect(apiKey.authorize({ apiKey: 'a7183e1b7e9ab09b-2' })).toEqual({
      authorization: `Basic ${Buffer.from('a7183e1b7e9ab09b-2:').toString('base64')}`,
    });
  });

  it.each(['short', 'two words', 'key:with-colon', ''])('is not %j', (value) => {
    expect(apiKey.fields.apiKey!.pattern!.test(value)).toBe(false);
  });

  it('acts for a user, whom every write names', () => {
    expect(v1.onBehalfOf!('4000510003')).toEqual({ 'on-behalf-of': '4000510003' });
    expect(new Set(Object.values(v1.actions).map(({ onBehalfOf }) => onBehalfOf))).toEqual(new Set(['required']));
  });
});

describe('an answer of Harvest v1', () => {
  it.each(['This API key does not have permission for this endpoint', 'Endpoint not permitted'])(
    'with 401 and "%s" is about a permission, and the key lives',
    (message) => {
      expect(failure({ status: 401, headers: {}, body: { message } })?.kind).toBe('forbidden');
    },
  );

  it('with 401 and no such word means that the key is dead', () => {
    expect(failure({ status: 401, headers: {}, body: { message: 'Invalid key' } })?.kind).toBe('unauthorized');
  });

  it.each([
    ['1772445810', 1_772_445_810_000],
    ['2026-03-02T10:03:10Z', Date.parse('2026-03-02T10:03:10Z')],
  ])('tells when the window begins anew: %s', (header, resetsAtMs) => {
    expect(v1.rateLimit.read!({ 'x-ratelimit-reset': header })).toEqual({ resetsAtMs });
  });
});

describe('the files of Harvest v1', () => {
  const { list } = v1.resources.find((one) => one.kind === 'records' && one.model === 'attachments')!;
  const file = { filename: 'cv.pdf', type: 'resume', created_at: '2026-02-20T10:15:00.000Z' };
  const rows = (...urls: string[]) =>
    urls.map((url) => list.pages.rows([{ id: 1, candidate_id: 2, attachments: [{ ...file, url }] }])![0]);

  it('keep their id when their address changes', () => {
    const [a, b] = rows('https://files.example.org/1', 'https://files.example.org/2') as { id: string }[];

    expect(a!.id).toBe(b!.id);
    expect(a!.id).toMatch(/^1-[0-9a-f]{16}$/);
  });

  it.each([[[null]], [[{ id: 1, attachments: 'x' }]], [[{ id: 1, attachments: [null, 7] }]], [[]]])(
    'are none in %j',
    (body) => {
      expect(list.pages.rows(body)).toEqual([]);
    },
  );

  it('are in no answer that is no list', () => {
    expect(list.pages.rows({ message: 'x' })).toBeNull();
  });
});
