import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '#libs/model';
import { createLogger } from '#libs/telemetry';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startRedis, type TestRedis } from '../../../../test/support/redis.js';
import { describeWithRedis } from '../../../../test/support/requirements.js';
import { until } from '../../../../test/support/until.js';
import type { Bell } from './bell.js';
import { PostgresBell } from './postgres-bell.js';
import { RedisBell } from './redis-bell.js';

const log = createLogger({ name: 'test', level: 'silent' });

/** What the tests are given of one kind of bell: how to make one, and how to cut all its connections. */
interface Carrier {
  make(): Bell;
  cut(): Promise<unknown>;
}

async function connected(bell: Bell): Promise<void> {
  await until(
    () =>
      bell.check().then(
        () => true,
        () => false,
      ),
    { what: 'the connection' },
  );
}

function tests(carrier: () => Carrier): void {
  const bells: Bell[] = [];
  afterEach(async () => {
    await Promise.all(bells.splice(0).map((bell) => bell.close()));
  });

  const bell = async (): Promise<Bell> => {
    const made = carrier().make();
    bells.push(made);
    await connected(made);
    return made;
  };

  /** A listener, and what it heard; it listens when this resolves. */
  const listener = async (heardBy: string[] = []) => {
    const one = await bell();
    one.listen(async (endpointId) => void heardBy.push(endpointId));
    await heardAtAll(heardBy);
    return { bell: one, heard: heardBy };
  };

  /** Rings until this listener has heard something. */
  const heardAtAll = async (heard: string[]) => {
    const ringing = await bell();
    const before = heard.length;
    await until(
      async () => {
        await ringing.ring([newId('endpoint')]).catch(() => {});
        return heard.length > before;
      },
      { what: 'a ring', withinMs: 15_000 },
    );
  };

  const endpoints = (count: number) => Array.from({ length: count }, () => newId('endpoint'));

  it('brings a ring to one of two listeners', async () => {
    const [a, b] = [await listener(), await listener()];
    const ringing = await bell();
    /** What was rung before has reached both when this resolves. */
    const bothHeard = async () => {
      const [atA, atB] = [a.heard.length, b.heard.length];
      await until(
        async () => {
          await ringing.ring(endpoints(64));
          return a.heard.length > atA && b.heard.length > atB;
        },
        { what: 'rings for both' },
      );
    };
    /** How often each of many was heard, by both together. */
    const rung = async () => {
      const many = endpoints(64);
      await ringing.ring(many);
      await until(() => many.every((one) => [...a.heard, ...b.heard].includes(one)), { what: 'all rings' });
      await bothHeard();
      return many.map((one) => [...a.heard, ...b.heard].filter((other) => other === one).length);
    };
    // Until they know of each other.
    await until(async () => (await rung()).every((times) => times === 1), { what: 'two that share' });

    const times = [...(await rung()), ...(await rung())];

    expect(times).toEqual(times.map(() => 1));
    expect(Math.min(a.heard.length, b.heard.length)).toBeGreaterThan(0);
  });

  it('brings every ring to whoever is left when a listener stops', async () => {
    const [a, b] = [await listener(), await listener()];
    await heardAtAll(a.heard);
    await b.bell.stopListening();
    const [rung, before] = [endpoints(64), b.heard.length];

    await (await bell()).ring(rung);
    await until(() => rung.every((one) => a.heard.includes(one)), { what: 'all rings' });

    expect(b.heard).toHaveLength(before);
  });

  it('is heard again after all connections were cut', async () => {
    const { heard } = await listener();

    await carrier().cut();

    await heardAtAll(heard);
  });

  it('answers when it is asked, and ends while somebody listens', async () => {
    const { bell: one } = await listener();

    await expect(one.check()).resolves.toBeUndefined();
    await expect(bells.splice(bells.indexOf(one), 1)[0]?.close()).resolves.toBeUndefined();
    await expect(one.check()).rejects.toThrow();
    await expect(one.ring(['whe_1'])).rejects.toThrow();
  });
}

describe('a bell over PostgreSQL', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  tests(() => ({
    make: () => new PostgresBell(test.database, log),
    cut: async () => {
      const admin = new pg.Client({ connectionString: test.url });
      await admin.connect();
      await admin.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      await admin.end();
    },
  }));

  it.each([
    '',
    'hello',
    '7',
    'null',
    '[]',
    '{"e":null}',
    '{"e":7}',
    '{"e":[7,null,{}]}',
    '{"e":["nobody"]}',
    '{"here":{}}',
    '{"gone":7}',
  ])('hears %j from a stranger and goes on', async (said) => {
    const bell = new PostgresBell(test.database, log);
    const heard: string[] = [];
    bell.listen(async (endpointId) => void heard.push(endpointId));

    const ring = (endpointId: string) =>
      until(async () => (await bell.ring([endpointId]), heard.includes(endpointId)), { what: 'a ring' });
    await ring('whe_1');

    await test.database.query('SELECT pg_notify($1, $2)', ['atsume_rings', said]);
    await ring('whe_2');

    const strangers = said.includes('nobody') ? ['nobody'] : [];
    expect(new Set(heard)).toEqual(new Set(['whe_1', 'whe_2', ...strangers]));
    await bell.close();
  });
});

describeWithRedis('a bell over Redis', () => {
  let redis: TestRedis;
  let client: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
  });
  afterEach(() => client.flushall());
  afterAll(async () => {
    client.disconnect();
    await redis.kill();
  });

  tests(() => ({
    make: () => new RedisBell(redis.url, log),
    cut: () => client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
  }));

  it('keeps an endpoint once, however often it is rung while nobody listens', async () => {
    const bell = new RedisBell(redis.url, log);
    const heard: string[] = [];
    await connected(bell);
    for (let n = 0; n < 100; n++) await bell.ring(['whe_first', `whe_${n % 3}`]);

    bell.listen(async (endpointId) => void heard.push(endpointId));
    await until(() => heard.length >= 4, { what: 'what was rung' });
    await bell.ring(['whe_last']);
    await until(() => heard.includes('whe_last'), { what: 'the last ring' });

    expect(heard).toHaveLength(5);
    expect(heard[0]).toBe('whe_0');
    expect(new Set(heard)).toEqual(new Set(['whe_0', 'whe_1', 'whe_2', 'whe_first', 'whe_last']));
    await bell.close();
  });

  it('leaves to others what a listener has no room for', async () => {
    const [busy, idle] = [new RedisBell(redis.url, log), new RedisBell(redis.url, log)];
    const [atBusy, atIdle]: [string[], string[]] = [[], []];
    const never = new Promise<void>(() => {});
    await connected(busy);
    await busy.ring(Array.from({ length: 1_000 }, (_, n) => `whe_${n}`));

    busy.listen((endpointId) => (atBusy.push(endpointId), never));
    await until(() => atBusy.length >= 256, { what: 'a busy listener' });
    idle.listen(async (endpointId) => void atIdle.push(endpointId));
    await until(() => atBusy.length + atIdle.length === 1_000, { what: 'all rings' });

    expect(atBusy.length).toBeLessThan(300);
    await Promise.all([busy.close(), idle.close()]);
  });
});
