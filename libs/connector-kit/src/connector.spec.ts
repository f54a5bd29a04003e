import { describe, expect, it } from '@jest/globals';
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
