import { describe, expect, it } from '@jest/globals';
import { changedSince, list } from './listing.js';
import { toLinks } from './links.js';
import { customFields, day, id, moment, text } from './wire.js';

const social = (value: string) => toLinks([{ value, type: null }], [])[0];

describe('a link', () => {
  it.each([
    ['https://www.linkedin.com/in/imani-example', 'LINKEDIN', 'https://www.linkedin.com/in/imani-example'],
    ['linkedin.com/in/imani-example', 'LINKEDIN', 'https://linkedin.com/in/imani-example'],
    ['HTTP://UK.LinkedIn.com/in/imani-example', 'LINKEDIN', 'HTTP://UK.LinkedIn.com/in/imani-example'],
    ['lnkd.in/x', 'LINKEDIN', 'https://lnkd.in/x'],
    ['github.com/imani-example', 'GITHUB', 'https://github.com/imani-example'],
    ['https://notlinkedin.com/in/x', 'SOCIAL', 'https://notlinkedin.com/in/x'],
    ['https://elsewhere.example/linkedin.com', 'SOCIAL', 'https://elsewhere.example/linkedin.com'],
    ['@imani', 'SOCIAL', '@imani'],
    ['imani example', 'SOCIAL', 'imani example'],
  ])('%s is of the type %s', (value, type, url) => {
    expect(social(value)).toEqual({ url, type });
  });

  it.each(['javascript:alert(1)', ' JavaScript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x'])(
    'is not made of %s',
    (value) => {
      expect(social(value)).toBeUndefined();
    },
  );

  it('is found among websites too, and once only', () => {
    const profile = 'https://www.linkedin.com/in/imani-example';
    const links = toLinks(
      [{ value: profile, type: null }],
      [
        { value: profile, type: 'personal' },
        { value: 'a.example', type: 'blog' },
      ],
    );

    expect(links).toEqual([
      { url: profile, type: 'LINKEDIN' },
      { url: 'https://a.example', type: 'BLOG' },
    ]);
  });
});

describe('an id', () => {
  it.each([
    [4_071_882_003, '4071882003'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['90071992547409931234', '90071992547409931234'],
  ])('%s stays what it is, as text', (value, read) => {
    expect(id.parse(value)).toBe(read);
  });

  it.each([2 ** 53, 0, -1, 1.5, '', ' 7', '7; drop', true, null, {}])('is not %j', (value) => {
    expect(id.safeParse(value).success).toBe(false);
  });
});

describe('a value', () => {
  it('that is blank says nothing', () => {
    expect([text.parse(''), text.parse('  '), text.parse(undefined), moment.parse(''), day.parse('')]).toEqual(
      Array.from({ length: 5 }, () => null),
    );
  });

  it('of time is in UTC, with milliseconds', () => {
    expect(moment.parse('2026-02-27T13:00:00+01:00')).toBe('2026-02-27T12:00:00.000Z');
  });

  it.each(['2026-02-27', '27/02/2026', '2026-13-45T00:00:00Z'])('is no time when it is %s', (value) => {
    expect(moment.safeParse(value).success).toBe(false);
  });

  it('of a custom field is kept as it is, whatever it is', () => {
    expect(customFields.parse({ a: { name: '', type: null, value: { x: [1] } }, b: [1] })).toEqual([
      { key: 'a', name: 'a', type: 'unknown', value: { x: [1] } },
      { key: 'b', name: 'b', type: 'unknown', value: null },
    ]);
  });
});

describe('a list', () => {
  const ids = ['4071882003', '4071883003'];

  it('asks for what changed, in the documented form', () => {
    expect(changedSince('2026-03-02T10:03:00.000Z')).toEqual({ updated_at: 'gte|2026-03-02T10:03:00.000Z' });
  });

  it('asks for at most fifty records, or parents, at once', () => {
    const { byIds, byParents } = list('notes', { parents: { candidates: 'candidate_ids' } });

    expect(byIds?.query(ids)).toEqual({ ids: '4071882003,4071883003' });
    expect(byParents?.candidates?.query(ids)).toEqual({ candidate_ids: '4071882003,4071883003' });
    expect([byIds?.most, byParents?.candidates?.most]).toEqual([50, 50]);
  });

  it('follows the cursor alone', () => {
    const headers = { link: '<https://harvest.greenhouse.io/v3/notes?cursor=abc>; rel="next"' };

    expect(list('notes').pages.next({ status: 200, headers, body: [] }, { query: {}, rows: 500 })).toEqual({
      url: 'https://harvest.greenhouse.io/v3/notes?cursor=abc',
    });
  });
});
