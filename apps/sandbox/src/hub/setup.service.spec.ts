import { randomBytes } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { AccountsModule } from '#libs/accounts';
import { ConfigModule, readConfig } from '#libs/config';
import type { SandboxPart } from '#libs/connector-kit';
import { StoreModule } from '#libs/store';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';
import { StandIns } from '../stand-ins/stand-ins.js';
import { Changes } from '../store/changes.js';
import { SandboxDocuments } from '../store/sandbox-documents.js';
import { HubClient } from './hub-client.js';
import { SetupService } from './setup.service.js';
import { type SetupState, SetupStates } from './setup-state.js';

const PUBLIC_URL = 'https://hub.example.com/ats';

const acme: SandboxPart = {
  slug: 'acme-ats',
  name: 'Acme ATS',
  company: { originOrgId: 'org-1', originOrgName: 'Org' },
  routes: [],
  desk: {} as SandboxPart['desk'],
  seed: async (store) => void (await store.insert('candidates', '1', { name: 'One' })),
};

/** As much of the hub's API as setting up uses; answers an Idempotency-Key that it knows with the first answer. */
async function aHub(database: TestDatabase['database']) {
  const calls: { line: string; body: unknown }[] = [];
  const kept = new Map<string, object>();
  let broken = '';
  const answer = async (line: string, body: Record<string, unknown>): Promise<[number, object]> => {
    if (line === 'GET /v1/api-keys?limit=1') {
      const accounts = await database.query(`SELECT FROM accounts WHERE name = 'Sandbox'`);
      return accounts.length > 0 ? [200, { data: [] }] : [401, { code: 'unauthorized' }];
    }
    const path = `${PUBLIC_URL}/partners/${String(body.provider)}/token`;
    if (line === 'POST /v1/ats/assessments/secrets') {
      return [201, { integrationId: 'int_1', secretKey: `key-${randomBytes(4).toString('hex')}`, baseUrl: path }];
    }
    if (line === 'POST /v1/webhooks/endpoints') return [201, { id: 'whe_1', secret: 'whsec_AAAA' }];
    return [200, {}];
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
      const line = `${request.method} ${request.url}`;
      const key = String(request.headers['idempotency-key'] ?? '');
      calls.push({ line, body });
      void (async () => {
        const known = kept.get(key);
        const [status, reply] = known ? [200, known] : line === broken ? [503, {}] : await answer(line, body);
        if (key && status < 300) kept.set(key, reply);
        response.writeHead(status).end(JSON.stringify(reply));
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server,
    calls,
    lines: () => calls.map(({ line }) => line),
    breakAt: (line: string) => void (broken = line),
  };
}

describe('setting the sandbox up', () => {
  const keys = [{ id: 'k1', key: randomBytes(32) }];
  let db: TestDatabase;
  let hub: Awaited<ReturnType<typeof aHub>>;

  beforeEach(async () => {
    db = await createTestDatabase();
    hub = await aHub(db.database);
  });
  afterEach(async () => {
    hub.server.closeAllConnections();
    hub.server.close();
    await db.drop();
  });

  /** One start of the process; `work` on what it would have. */
  async function start<T>(work: (setup: SetupService, states: SetupStates) => Promise<T>, port = portOf(hub.server)) {
    const config = readConfig({ PORT: String(port), PUBLIC_URL }, true);
    const testing = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        StoreModule.forRoot({ url: db.url, poolSize: 4, applicationName: 'test', onError: () => {} }, keys),
        AccountsModule,
      ],
      providers: [
        { provide: StandIns, useValue: StandIns.of(acme) },
        Changes,
        SandboxDocuments,
        HubClient,
        SetupStates,
        SetupService,
      ],
    }).compile();
    try {
      return await work(testing.get(SetupService), testing.get(SetupStates));
    } finally {
      await testing.close();
    }
  }

  const setUp = () =>
    start(async (setup, states) => {
      await setup.setUp();
      return states.current();
    });

  it('makes an account, an integration, three packages and an endpoint over the API', async () => {
    const state = await setUp();

    expect(hub.lines()).toEqual([
      'GET /v1/api-keys?limit=1',
      'POST /v1/ats/assessments/secrets',
      'PUT /v1/ats/assessments/packages',
      'POST /v1/webhooks/endpoints',
    ]);
    expect((hub.calls[2]?.body as { packages: object[] }).packages).toHaveLength(3);
    expect(state.integrations['acme-ats']).toMatchObject({ partnerPath: '/partners/acme-ats/token' });
    expect(state.endpoint?.url).toBe(`http://127.0.0.1:${portOf(hub.server)}/sandbox/vendor/webhook`);
  });

  it('does nothing at the second start', async () => {
    const first = await setUp();
    hub.calls.length = 0;

    expect(await setUp()).toEqual(first);
    expect(hub.calls).toEqual([]);
  });

  it('keeps keys and secrets encrypted', async () => {
    const { apiKey, integrations, endpoint } = await setUp();

    const rows = await db.database.query<{ document: string }>('SELECT document::text FROM sandbox_documents');
    const text = rows.map(({ document }) => document).join();
    for (const secret of [apiKey, integrations['acme-ats']!.secretKey, endpoint!.secret]) {
      expect(text).not.toContain(secret);
    }
  });

  it.each([1, 2, 3, 4, 5])('goes on where it was cut off, when the note of step %d was lost', async (step) => {
    const cutOff = start(async (setup, states) => {
      let saves = 0;
      const save = states.save.bind(states);
      states.save = (state: SetupState) => (++saves === step ? Promise.reject(new Error('cut off')) : save(state));
      await setup.setUp();
    });
    await expect(cutOff).rejects.toThrow('cut off');

    const state = await setUp();

    expect(state).toMatchObject({ hasAccount: true, packagesPublished: true, endpoint: { id: 'whe_1' } });
    expect(await db.database.query(`SELECT FROM accounts WHERE name = 'Sandbox'`)).toHaveLength(1);
  });

  it.each(['POST /v1/ats/assessments/secrets', 'PUT /v1/ats/assessments/packages', 'POST /v1/webhooks/endpoints'])(
    'goes on where it was refused: %s',
    async (line) => {
      hub.breakAt(line);
      await expect(setUp()).rejects.toThrow(`${line.split(' ')[1]} was answered with 503`);
      hub.breakAt('');

      expect(await setUp()).toMatchObject({ packagesPublished: true, endpoint: { id: 'whe_1' } });
    },
  );

  it('takes its endpoint along when the hub is started on another port', async () => {
    await setUp();
    const other = await aHub(db.database);

    await start((setup) => setup.setUp(), portOf(other.server));

    expect(other.calls).toEqual([
      {
        line: 'PATCH /v1/webhooks/endpoints/whe_1',
        body: { url: `http://127.0.0.1:${portOf(other.server)}/sandbox/vendor/webhook` },
      },
    ]);
    other.server.closeAllConnections();
    other.server.close();
  });
});

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}
