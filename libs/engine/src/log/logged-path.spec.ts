import { describe, expect, it } from '@jest/globals';
import { loggedPath } from './logged-path.js';

const logged = (target: string): string => loggedPath(new URL(target, 'https://api.acme-ats.example'));

describe('a path in the request log', () => {
  it.each([
    '/v3/candidates/4071882003',
    '/v3/candidates?per_page=500&page=2',
    '/v3/attachments?candidate_ids=1,2,3&created_at=gte|2026-01-01T00:00:00Z',
    '/v3/jobs?status=open&departmentId=9&limit=5&offset=10',
  ])('keeps ids, pages and times: %s', (path) => {
    expect(logged(path)).toBe(path);
  });

  it.each([
    ['/v3/candidates?email=jane@example.org', '/v3/candidates?email=…'],
    ['/v3/candidates?phone=4420794601', '/v3/candidates?phone=…'],
    ['/v3/candidates?name=Jane+Doe&q=jane', '/v3/candidates?name=…&q=…'],
    ['/v3/candidates?id=jane%40example.org', '/v3/candidates?id=…'],
    ['/v3/candidates?token=s3cr3t&api_key=abc&cursor=eyJp', '/v3/candidates?token=…&api_key=…&cursor=…'],
    ['/v3/candidates/jane@example.org/notes', '/v3/candidates/…/notes'],
    ['/v3/candidates/jane%40example.org', '/v3/candidates/…'],
    [`/v3/files/${'x'.repeat(80)}`, '/v3/files/…'],
  ])('loses what may be personal or secret: %s', (path, kept) => {
    expect(logged(path)).toBe(kept);
  });

  it('is never long', () => {
    const query = Array.from({ length: 300 }, (_, n) => `field_${n}=1`).join('&');

    expect(logged(`/v3/candidates?${query}`)).toHaveLength(500);
  });
});
