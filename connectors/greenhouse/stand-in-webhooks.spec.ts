import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IncomingWebhook, WebhookHint } from '#libs/connector-kit';
import { type Harvest, startHarvest } from '../../test/support/harvest-client.js';
import { until } from '../../test/support/until.js';
import { webhooks } from './webhooks/index.js';

const SECRET = 'a-demo-secret-of-40-characters-000000000';
const ACTIONS = ['update_candidate', 'candidate_stage_change', 'reject_candidate'];
const { subscribing } = webhooks;

describe('webhooks, made through the API and heard', () => {
  const heard: IncomingWebhook[] = [];
  let harvest: Harvest;
  let receiver: Server;
  let url: string;

  beforeAll(async () => {
    harvest = await startHarvest({ candidates: 20, asPartner: true });
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push({ headers: request.headers as IncomingWebhook['headers'], rawBody: Buffer.concat(chunks) });
        response.end();
      });
    });
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
    url = `http://localhost:${(receiver.address() as AddressInfo).port}/hooks/t_1`;
  });
  afterAll(async () => {
    await harvest.standIn.stop();
    receiver.closeAllConnections();
    await new Promise((done) => receiver.close(done));
  });

  const parsed = () => heard.map(({ rawBody }) => webhooks.parse(JSON.parse(Buffer.from(rawBody).toString('utf8'))));
  const hintsOf = (action: string): WebhookHint[] =>
    parsed().flatMap((one) => (one?.action === action ? one.hints : []));
  const listed = async () => {
    const { path, pages, read } = subscribing!.list;
    const query = new URLSearchParams(Object.entries(pages.first).map(([name, value]) => [name, String(value)]));
    return (await harvest.all(`${path}?${query}`)).flatMap((row) => read(row) ?? []);
  };

  it('are made, known again and answered with a ping', async () => {
    for (const action of ACTIONS) {
      const request = subscribing!.create({ action, name: `Acme: ${action}`, url, secret: SECRET, errorEmail: null });
      const { status, body } = await harvest.post(request.path, request.json);
      const made = subscribing!.created({ status, headers: {}, body: body as unknown });

      expect({ status, action: made?.action, url: made?.url }).toEqual({ status: 201, action, url });
    }
    await until(() => heard.length >= ACTIONS.length);

    expect(parsed()).toEqual(ACTIONS.map(() => null));
    expect((await listed()).filter((webhook) => webhook.url === url && webhook.isActive)).toHaveLength(3);
  });

  it('tell which records to read again, signed', async () => {
    const [application] = (await harvest.get('applications?status=active&prospect=false&per_page=1')).body as {
      id: number;
      candidate_id: number;
    }[];
    const { id, candidate_id: person } = application!;
    const [reason] = (await harvest.get('rejection_reasons?per_page=1')).body as { id: number }[];
    await harvest.patch(`candidates/${person}`, { title: '<b>Engineer</b> é' });
    await harvest.post(`applications/${id}/reject`, { rejection_reason_id: reason!.id });
    await until(() => hintsOf('update_candidate').length > 0 && hintsOf('reject_candidate').length > 0);

    expect(hintsOf('update_candidate')[0]).toEqual({ do: 'read', model: 'candidates', remoteIds: [String(person)] });
    expect(hintsOf('reject_candidate')).toEqual([{ do: 'read', model: 'applications', remoteIds: [String(id)] }]);
    expect(heard.map((one) => webhooks.verify(one, SECRET, 0))).toEqual(heard.map(() => true));
    expect(heard.map((one) => webhooks.verify(one, `${SECRET}x`, 0))).toEqual(heard.map(() => false));
    expect(new Set(heard.map((one) => webhooks.deliveryId(one))).size).toBe(heard.length);
  });

  it('are gone when they are taken away', async () => {
    for (const { remoteId } of await listed()) await harvest.remove(subscribing!.remove(remoteId).path);

    expect(await listed()).toEqual([]);
  });
});
