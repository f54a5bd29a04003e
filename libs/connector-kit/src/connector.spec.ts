import { describe, expect, it } from '@jest/globals';
import type { ApiPart, ApiVersion } from './api/index.js';
import type { AssessmentsPart } from './assessments.js';
import { defineConnector } from './connector.js';
import { json } from './responses.js';

const declaring = (slug: string, paths: string[]) =>
  defineConnector({
    slug,
    name: 'Acme',
    docs: 'https://acme.example',
    assessments: {
      routes: [{ action: 'listPackages', method: 'GET', paths, render: () => json(200, []) }],
    } as unknown as AssessmentsPart,
  });

describe('declaring a connector', () => {
  it('gives the declaration back', () => {
    expect(declaring('acme-ats', ['tests']).slug).toBe('acme-ats');
  });

  it.each(['Acme', 'acme_ats', '-acme', '', 'a', '../x'])('refuses the slug %p', (slug) => {
    expect(() => declaring(slug, ['tests'])).toThrow(/slug/);
  });

  it('refuses a route without a path, and one that looks absolute', () => {
    expect(() => declaring('acme', [])).toThrow('acme: assessments.routes[0].paths is empty');
    expect(() => declaring('acme', ['/tests'])).toThrow("must not start with '/'");
  });
});

describe('declaring an API', () => {
  const version: ApiVersion = {
    host: 'api',
    basePath: 'v3',
    rateLimit: { requests: 50, perSeconds: 30 },
    check: { method: 'GET', path: 'rooms' },
    permissions: { rooms: { label: 'Rooms', access: 'read', scopes: [] } },
    resources: [],
    actions: {},
  };
  const key = {
    kind: 'key' as const,
    id: 'key',
    label: 'Key',
    version: 'v3',
    steps: [],
    fields: {},
    authorize: () => ({}),
  };
  const declaring = (changes: Partial<ApiPart>) => () =>
    defineConnector({
      slug: 'acme-ats',
      name: 'Acme',
      docs: 'https://acme.example',
      api: {
        regions: { us: { api: 'https://api.acme.example' } },
        connect: [key],
        versions: { v3: version },
        ...changes,
      },
    });

  it('takes one that is consistent', () => {
    expect(declaring({})).not.toThrow();
  });

  it.each<[string, Partial<ApiPart>, string]>([
    [
      'a way to connect to a version that is not there',
      { connect: [{ ...key, version: 'v9' }] },
      "acme-ats: connect 'key' names no version 'v9'",
    ],
    [
      'a version on a host that one of the regions lacks',
      { regions: { us: { api: 'https://api.acme.example' }, eu: { auth: 'https://auth.acme.example' } } },
      "acme-ats v3: names no host 'api' of region 'eu'",
    ],
    [
      'a permission that nobody declared',
      { versions: { v3: { ...version, resources: [{ permission: 'offers' } as never] } } },
      "acme-ats v3: permission 'offers' is used and not declared",
    ],
    [
      'an action with a permission that only the prototype has',
      { versions: { v3: { ...version, actions: { hire: { permission: 'constructor' } } as never } } },
      "permission 'constructor' is used and not declared",
    ],
  ])('refuses %s', (_what, changes, message) => {
    expect(declaring(changes)).toThrow(message);
  });

  it.each([
    'http://api.acme.example',
    'https://api.acme.example/v3',
    'https://api.acme.example/',
    'api.acme.example',
    '',
  ])('refuses the host %p', (url) => {
    expect(declaring({ regions: { us: { api: url } } })).toThrow(
      'acme-ats: regions.us.api must be https:// and a host',
    );
  });
});
