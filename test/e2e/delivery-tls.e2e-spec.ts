import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TLSSocket, createSecureContext } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type Certificate, makeAuthority, selfSigned } from '../support/certificates.js';
import { createEmptyDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { until } from '../support/until.js';
import { type Vendor, aVendor } from '../support/vendor.js';

interface Arrived {
  /** The name the client asked for before any certificate was shown. */
  serverName: string | false;
  headers: Record<string, string>;
  body: string;
}

const LATER = { delaysSeconds: [600], maxAgeSeconds: 3_600 };

describe('a delivery over TLS', () => {
  let databaseUrl = '';
  let folder = '';
  let server: Server;
  let port = 0;
  let hub: Hub;
  let vendor: Vendor;
  const arrived: Arrived[] = [];
  const askedFor: string[] = [];

  beforeAll(async () => {
    const [ours, unknown] = [makeAuthority(), makeAuthority()];
    // The hub itself finds the address of names below localhost, as it does for any name.
    const shown: Record<string, Certificate> = {
      'good.localhost': ours.issue({ name: 'good.localhost' }),
      'expired.localhost': ours.issue({ name: 'expired.localhost', expired: true }),
      'other.localhost': ours.issue({ name: 'somebody-else.localhost' }),
      'self-signed.localhost': selfSigned('self-signed.localhost'),
      'unknown.localhost': unknown.issue({ name: 'unknown.localhost' }),
    };
    folder = mkdtempSync(join(tmpdir(), 'atsume-tls-'));
    writeFileSync(join(folder, 'ca.pem'), ours.cert);
    server = startServer(shown);
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    databaseUrl = await createEmptyDatabaseUrl();
    const env = { ATSUME_ALLOW_PRIVATE_TARGETS: 'true', NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    hub = await startHub({ databaseUrl, env });
    vendor = await aVendor(hub.url, hub.apiKey);
  });
  afterAll(async () => {
    await hub?.stop();
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
    await dropDatabase(databaseUrl);
  });
  beforeEach(() => {
    arrived.length = 0;
    askedFor.length = 0;
  });

  /** One server with a certificate per name, as a front of many hosts is. */
  function startServer(shown: Record<string, Certificate>): Server {
    const contexts = new Map(Object.entries(shown).map(([name, each]) => [name, createSecureContext(each)]));
    return createServer(
      {
        ...shown['good.localhost'],
        SNICallback: (name, done) => {
          askedFor.push(name);
          done(null, contexts.get(name));
        },
      },
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { servername } = request.socket as TLSSocket & { servername: string | false };
          const headers = request.headers as Record<string, string>;
          arrived.push({ serverName: servername, headers, body: Buffer.concat(chunks).toString('utf8') });
          response.end();
        });
      },
    ).listen(0, '127.0.0.1');
  }

  const register = (host: string) =>
    vendor.call<{ id: string; secret: string }>('POST', '/v1/webhooks/endpoints', {
      url: `https://${host}:${port}/hook`,
      eventTypes: ['ping'],
      retryPolicy: LATER,
    });
  /** Resolves to the id of the delivery. */
  const ping = async (endpointId: string): Promise<string> =>
    (await vendor.call<{ id: string }>('POST', `/v1/webhooks/endpoints/${endpointId}/ping`)).id;

  it('arrives, signed, under the name it was registered with', async () => {
    const { id, secret } = await register('good.localhost');

    await ping(id);

    const { serverName, headers, body } = await until(() => arrived[0], { what: 'the delivery', withinMs: 20_000 });
    expect([serverName, headers.host]).toEqual(['good.localhost', `good.localhost:${port}`]);
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ eventType: 'ping' });
  });

  it.each([
    ['has expired', 'expired.localhost', 'CERT_HAS_EXPIRED'],
    ['is another’s', 'other.localhost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['vouches for itself', 'self-signed.localhost', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['comes from an authority nobody trusts', 'unknown.localhost', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['is for a name, where an address was registered', '127.0.0.1', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('is not made to a server whose certificate %s, and its attempt says so', async (_why, host, error) => {
    const { id } = await register(host);

    const delivery = await ping(id);

    const [attempt] = await until(
      async () => {
        const path = `/v1/webhooks/deliveries/${delivery}`;
        const { attemptLog } = await vendor.call<{ attemptLog: Record<string, unknown>[] }>('GET', path);
        return attemptLog.length > 0 ? attemptLog : null;
      },
      { what: 'the attempt', withinMs: 20_000 },
    );
    expect(attempt).toMatchObject({ outcome: 'RETRYING', statusCode: null, error });
    expect([arrived, askedFor]).toEqual([[], host === '127.0.0.1' ? [] : [host]]);
  });
});
