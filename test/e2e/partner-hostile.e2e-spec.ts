import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import greenhouse from '../../connectors/greenhouse/index.js';
import { aGreenhouseOrder } from '../factories/greenhouse-order.js';
import type { FeatureApp } from '../support/feature-app.js';
import { basic, callAts, type ConnectedAts, connectAts, startOrderDesk } from '../support/order-desk.js';

describe('the partner endpoints refuse', () => {
  let desk: FeatureApp;
  let ats: ConnectedAts;

  beforeAll(async () => {
    desk = await startOrderDesk([greenhouse]);
    ats = await connectAts(desk, 'greenhouse');
    await desk.call('POST', '/v1/ats/assessments/packages', { body: { id: 'backend-l2', name: 'B' } });
  });
  afterAll(() => desk.close());

  const order = async (body: unknown = aGreenhouseOrder()): Promise<void> => {
    expect((await ats.call('POST', 'send_test', { body })).status).toBe(200);
  };

  describe('the key', () => {
    it.each([
      ['none', null],
      ['a wrong one', basic('gh_wrong')],
      ['a password too', `Basic ${Buffer.from('k:p').toString('base64')}`],
      ['a bearer', 'Bearer x'],
      ['nonsense', 'Basic ???'],
    ])('is refused with 401: %s', async (_, authorization) => {
      for (const [method, path] of [
        ['GET', 'list_tests'],
        ['POST', 'send_test'],
        ['GET', 'test_status?partner_interview_id=x'],
        ['POST', 'response_error'],
      ] as const) {
        const reply = await ats.call(method, path, { authorization, ...(method === 'POST' ? { body: {} } : {}) });
        expect([path, reply.status]).toEqual([path, 401]);
        expect(reply.headers.get('www-authenticate')).toMatch(/^Basic /);
      }
    });

    it("is refused under another account's address, and under an unknown one", async () => {
      const { apiKey } = await desk.anotherAccount();
      const other = await connectAts(desk, 'greenhouse', apiKey);
      const authorization = basic(ats.secretKey);

      for (const path of [
        other.basePath,
        '/partners/greenhouse/nobody',
        '/partners/greenhouse/%00',
        `/partners/greenhouse/${'x'.repeat(300)}`,
      ]) {
        const reply = await callAts(`${desk.url}${path}/list_tests`, 'GET', { authorization });
        expect([path, reply.status]).toEqual([path, expect.any(Number)]);
        expect([401, 422]).toContain(reply.status);
      }
    });

    it.each(['the secret is revoked', 'the integration is deleted', 'the key is rotated'])(
      'takes no order any more once %s, not even to find fault with it',
      async (what) => {
        const customer = await connectAts(desk, 'greenhouse');
        const send = async (body: unknown) => (await customer.call('POST', 'send_test', { body })).status;
        expect([await send(aGreenhouseOrder()), await send(aGreenhouseOrder())]).toEqual([200, 200]);
        const secret = `/v1/ats/assessments/secrets/${customer.secretId}`;
        if (what.includes('revoked')) await desk.call('DELETE', secret);
        else if (what.includes('rotated')) await desk.call('POST', `${secret}/rotate`, { body: {} });
        else await desk.call('DELETE', `/v1/integrations/${customer.integrationId}`);

        const repeated = aGreenhouseOrder();
        expect([await send(repeated), await send({}), await send(aGreenhouseOrder({ partner_test_id: 'x' }))]).toEqual([
          401, 401, 401,
        ]);
      },
    );

    it('stops working at once when it is revoked', async () => {
      const customer = await connectAts(desk, 'greenhouse');
      expect((await customer.call('GET', 'list_tests')).status).toBe(200);

      await desk.call('DELETE', `/v1/ats/assessments/secrets/${customer.secretId}`);

      expect((await customer.call('GET', 'list_tests')).status).toBe(401);
    });
  });

  describe('what nobody expects', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const good = () => JSON.stringify(aGreenhouseOrder());

    it.each<[string, () => string | Buffer, Record<string, string>]>([
      ['no body', () => '', {}],
      ['broken JSON', () => '{"partner_test_id":', {}],
      ['text', () => 'hello', {}],
      ['null', () => 'null', {}],
      ['a list', () => '[]', {}],
      ['10,000 levels', () => nested(10_000), {}],
      ['a NUL byte', () => good().replace('Imani', 'a\\u0000b'), {}],
      ['a lone surrogate', () => good().replace('Imani', 'a\\ud800'), {}],
      ['a lone surrogate where nobody looks', () => good().replace('{', '{"x":{"y":["\\udfff"]},'), {}],
      ['broken UTF-8', () => Buffer.from([...Buffer.from('{"a":"'), 0xff, 0xfe, ...Buffer.from('"}')]), {}],
      ['an endless name', () => good().replace('Imani', 'x'.repeat(900_000)), {}],
      ['2 MB', () => good().replace('Imani', 'x'.repeat(2_000_000)), {}],
      ['another type', () => good(), { 'content-type': 'text/plain' }],
      ['another character set', () => good(), { 'content-type': 'application/json; charset=latin1' }],
      ['a compressed body', () => good(), { 'content-encoding': 'gzip' }],
    ])('is 422 with text in send_test: %s', async (_, body, headers) => {
      const reply = await ats.call('POST', 'send_test', { body: body(), headers });

      expect([reply.status, reply.headers.get('content-type')]).toEqual([422, 'text/plain; charset=utf-8']);
      expect(reply.text).toMatch(/\w{3}/);
      await order();
    });

    it('is not taken for a prototype', async () => {
      await order(JSON.stringify(aGreenhouseOrder()).replace('{', '{"__proto__":{"polluted":1},"constructor":{},'));

      expect({}).not.toHaveProperty('polluted');
    });

    it.each([
      ['GET', 'send_test'],
      ['DELETE', 'send_test'],
      ['POST', 'list_tests'],
      ['PUT', 'test_status'],
      ['GET', 'nothing'],
      ['GET', ''],
      ['GET', 'list_tests/more'],
      ['GET', '..%2flist_tests'],
    ])('is 404: %s %s', async (method, path) => {
      expect((await ats.call(method, path)).status).toBe(404);
    });

    it.each(['list_tests/%ff', '%ff', '%', 'list_tests%2'])('is 404 with text: %s', async (path) => {
      const reply = await ats.call('GET', path);

      expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
      expect(reply.headers.get('x-request-id')).toMatch(/./);
    });

    it.each([
      '/partners/%ff/x/list_tests',
      '/partners/greenhouse/%ff/list_tests',
      `/partners/greenhouse/${'x'.repeat(5000)}/list_tests`,
    ])('is 404 with text where not even the customer can be read: %.40s', async (path) => {
      const reply = await callAts(desk.url + path, 'GET', {});

      expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    });

    it('is a problem document elsewhere', async () => {
      const reply = await callAts(`${desk.url}/v1/%ff`, 'GET', {});

      expect([reply.status, reply.json]).toEqual([400, expect.objectContaining({ code: 'bad_request' })]);
    });

    it('is 404 for an ATS nobody knows', async () => {
      expect((await callAts(`${desk.url}/partners/unknown/x/list_tests`, 'GET', {})).status).toBe(404);
    });
  });
});
