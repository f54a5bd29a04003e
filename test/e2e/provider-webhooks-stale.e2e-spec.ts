import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectionsModule } from '#libs/connections';
import { IntegrationsModule } from '#libs/integrations';
import { SyncModule } from '#libs/sync';
import linden from '../../connectors/_template/index.js';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';
import { type Target, startTarget } from '../support/target.js';

const BODY = JSON.stringify({ event: 'person.saved', object: { id: 'p-1' } });

describe('a webhook that is signed together with its time', () => {
  let ats: Target;
  let hub: FeatureApp;
  let id: string;
  let path: string;
  let secret: string;

  beforeAll(async () => {
    ats = await startTarget();
    ats.answer = (_, response) => void response.setHeader('content-type', 'application/json').end('{}');
    const regions = { us: { api: ats.url('').replace(/\/$/, '') } };
    const connector = { ...linden, api: { ...linden.api!, regions } };
    hub = await startFeatures([IntegrationsModule, ConnectionsModule, SyncModule], [connector], {
      ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
    });
    const wanted = { provider: 'linden', originOrgId: 'customer', originOrgName: 'Globex' };
    id = (await hub.call<{ id: string }>('POST', '/v1/integrations', { body: wanted })).body.id;
    const credentials = { apiKey: `lin_${'a'.repeat(30)}` };
    const { status } = await hub.call('POST', `/v1/integrations/${id}/connect`, {
      body: { method: 'api-key', credentials },
    });
    expect(status).toBe(200);
    const { url, manual } = await webhooks();
    path = new URL(url).pathname;
    secret = manual.webhooks[0]!.secret;
  });
  afterAll(async () => {
    await hub?.close();
    await ats.close();
  });

  const webhooks = async () =>
    (
      await hub.call<{
        url: string;
        received: { pending: number; refused: number };
        manual: { webhooks: { secret: string }[] };
      }>('GET', `/v1/integrations/${id}/webhooks`)
    ).body;
  /** Signed `ageSeconds` ago, as it says itself or not. */
  const send = async (ageSeconds: number, saysSeconds = ageSeconds) => {
    const at = (age: number) => Math.floor(Date.now() / 1000) - age;
    const digest = createHmac('sha256', secret)
      .update(`${at(ageSeconds)}.${BODY}`)
      .digest('hex');
    const headers = { 'x-linden-signature': `t=${at(saysSeconds)},s=${digest}`, 'content-type': 'application/json' };
    return (await fetch(hub.url + path, { method: 'POST', headers, body: BODY })).status;
  };

  it('is taken when it is fresh', async () => {
    expect(await send(5)).toBe(200);
    expect((await webhooks()).received).toMatchObject({ pending: 1, refused: 0 });
  });

  it.each([
    ['is stale', 3600, 3600],
    ['is from the future', -3600, -3600],
    ['is stale and says it is fresh', 3600, 0],
  ])('is refused, counted and not kept when it %s', async (_what, age, says) => {
    const before = (await webhooks()).received;

    expect(await send(age, says)).toBe(401);

    expect((await webhooks()).received).toMatchObject({ pending: before.pending, refused: before.refused + 1 });
  });
});
