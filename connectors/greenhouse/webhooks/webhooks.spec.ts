import { describe, expect, it } from '@jest/globals';
import { webhooks } from './index.js';

const SECRET = 's3cr3t-demo';
const incoming = (body: string, signature: string | undefined) => ({
  headers: { signature },
  rawBody: Buffer.from(body, 'utf8'),
});

describe('a signature', () => {
  // Computed with another tool than the one under test.
  const ping = '{"action":"ping","payload":{}}';
  const pingDigest = '9f80a27abae8b17065176c99214c0ac172d9ab7daecfeac1dae8c4b18072744c';
  const escaped = '{"action":"job_post_updated","payload":{"content":"\\u003cp\\u003ehi\\u003c/p\\u003e"}}';
  const escapedDigest = '131c085525c774b66ae009a4135e9c4dee114c1dbe88c6f71997e276aa02277d';

  it.each([
    [ping, pingDigest],
    [escaped, escapedDigest],
  ])('is over the bytes as they came: %s', (body, digest) => {
    expect(webhooks.verify(incoming(body, `sha256 ${digest}`), SECRET, 0)).toBe(true);
  });

  it('does not fit a body that was parsed and written again', () => {
    const rewritten = JSON.stringify(JSON.parse(escaped));

    expect(webhooks.verify(incoming(rewritten, `sha256 ${escapedDigest}`), SECRET, 0)).toBe(false);
  });

  it.each([
    undefined,
    '',
    'sha256',
    `sha256=${pingDigest}`,
    pingDigest,
    `sha1 ${pingDigest}`,
    `sha256 ${pingDigest.slice(1)}`,
  ])('is not %s', (signature) => {
    expect(webhooks.verify(incoming(ping, signature), SECRET, 0)).toBe(false);
  });
});

describe('the events', () => {
  it('are the 29 there are', () => {
    expect(webhooks.events).toHaveLength(29);
    expect(new Set(webhooks.events.map(({ when }) => when)).size).toBe(29);
  });

  it('fail, and name what is missing, without the id they are about', () => {
    for (const { action } of webhooks.events) {
      expect(() => webhooks.parse({ action, payload: {} })).toThrow(/no id at payload\./);
      expect(() => webhooks.parse({ action, payload: { application: null, candidate: [], person: 7 } })).toThrow();
    }
  });
});

describe('the list for doing it by hand', () => {
  const { webhooks: forms, where } = webhooks.manual({
    url: 'https://hub.example/hooks/greenhouse/t_1',
    secret: 'a-demo-secret',
    errorEmail: 'ops@customer.example',
    vendorName: 'Acme Tests',
  });

  it('has one form per event, with every field of it', () => {
    expect(where).toContain('Dev Center');
    expect(forms).toHaveLength(29);
    expect(forms.find(({ when }) => when === 'Candidate has changed stage')).toEqual({
      name: 'Acme Tests: Candidate has changed stage',
      when: 'Candidate has changed stage',
      url: 'https://hub.example/hooks/greenhouse/t_1',
      secret: 'a-demo-secret',
      fields: [
        { label: 'Error Recipient Email', value: 'ops@customer.example' },
        { label: 'Disabled', value: 'No' },
      ],
    });
  });
});

describe('a webhook made through the API', () => {
  const { subscribing } = webhooks;

  it('has the keys the call wants, and no others', () => {
    const request = subscribing?.create({
      action: 'candidate_stage_change',
      name: 'Acme Tests: stage',
      url: 'https://hub.example/hooks/greenhouse/t_1',
      secret: 'a-demo-secret',
      errorEmail: null,
    });

    expect(request).toEqual({
      method: 'POST',
      path: 'webhooks',
      json: {
        name: 'Acme Tests: stage',
        endpoint_url: 'https://hub.example/hooks/greenhouse/t_1',
        event_action_type: 'candidate_stage_change',
        secret_key: 'a-demo-secret',
        max_attempts: 7,
        deactivated: false,
      },
    });
  });

  it('is known again by its row', () => {
    const row = {
      id: 4001220003,
      endpoint_url: 'https://hub.example/x',
      event_action_type: 'job_created',
      deactivated: true,
    };

    expect(subscribing?.created({ status: 201, headers: {}, body: row })).toEqual({
      remoteId: '4001220003',
      action: 'job_created',
      url: 'https://hub.example/x',
      isActive: false,
    });
    expect(subscribing?.list.read({ id: 1 })).toBeNull();
    expect(subscribing?.remove('4001220003')).toEqual({ method: 'DELETE', path: 'webhooks/4001220003' });
  });
});
