import { createHook } from 'node:async_hooks';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, type NameServer, startNameServer } from '../../../../test/support/name-server.js';
import { until } from '../../../../test/support/until.js';
import { readHosts } from './hosts-file.js';
import { Names } from './names.js';

const PUBLIC = '93.184.216.34';

describe('names', () => {
  let server: NameServer;
  let folder = '';
  let answers: Record<string, Answer>;
  let systemAsked: string[];
  let names: Names;

  beforeAll(async () => {
    server = await startNameServer((name) => answers[name] ?? 'none');
    folder = await mkdtemp(join(tmpdir(), 'atsume-names-'));
    await writeFile(join(folder, 'hosts'), `127.0.0.1 localhost\n10.9.8.7 desk.example Mixed.Example # ours\n`);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    answers = { 'good.example': [PUBLIC, '1.1.1.1'], 'hole.example': 'silence' };
    systemAsked = [];
    server.asked.length = 0;
    names = new Names({
      servers: [server.address],
      hostsFile: join(folder, 'hosts'),
      system: (name) => {
        systemAsked.push(name);
        return Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
      },
    });
  });

  it('are found in DNS', async () => {
    expect(await names.resolve('good.example')).toEqual([
      { address: PUBLIC, family: 4 },
      { address: '1.1.1.1', family: 4 },
    ]);
  });

  it.each(['desk.example', 'DESK.example.', 'mixed.example'])('such as %s count from the hosts file', async (name) => {
    expect(await names.resolve(name)).toEqual([{ address: '10.9.8.7', family: 4 }]);
    expect(server.asked).toEqual([]);
  });

  it.each(['localhost', 'localhost.', 'hub.LOCALHOST'])(
    'such as %s are this machine, whoever says otherwise',
    async (name) => {
      answers[name.toLowerCase()] = [PUBLIC];

      expect((await names.resolve(name)).map(({ address }) => address)).toEqual(['127.0.0.1', '::1']);
    },
  );

  it('that DNS does not have are asked of the system, and then there are none', async () => {
    await expect(names.resolve('nowhere.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(systemAsked).toEqual(['nowhere.example']);
  });

  it('are asked for once by those who ask together, and kept for the next', async () => {
    await Promise.all(Array.from({ length: 20 }, () => names.resolve('good.example')));
    await names.resolve('good.example.');

    expect(server.asked).toEqual(['good.example', 'good.example']);
  });

  it('that were not found are asked for again', async () => {
    await names.resolve('late.example').catch(() => null);
    answers['late.example'] = [PUBLIC];

    expect(await names.resolve('late.example')).toHaveLength(1);
  });

  it('whose server keeps silent hold nobody else up, and never reach the system’s threads', async () => {
    const silent = Array.from({ length: 200 }, (_, n) => `hole-${n}.example`);
    for (const name of silent) answers[name] = 'silence';
    const given: unknown[] = [];
    const hanging = silent.map((name) => names.resolve(name).catch((error: unknown) => given.push(error)));
    await until(() => server.asked.length >= 200, { what: 'the questions' });

    const good = await names.resolve('good.example');

    expect(good).toHaveLength(2);
    expect(given).toEqual([]);
    await Promise.all(hanging);
    expect(given).toHaveLength(200);
    expect(given[0]).toMatchObject({ code: 'EAI_AGAIN' });
    expect(systemAsked).toEqual([]);
  });

  it('are not asked for any longer than somebody waits for the answer', async () => {
    const unanswered = new Set<number>();
    const watch = createHook({
      init: (id, type) => type === 'QUERYWRAP' && unanswered.add(id),
      before: (id) => unanswered.delete(id),
    }).enable();

    const asking = names.resolve('hole.example').catch(() => null);
    await until(() => unanswered.size === 2, { what: 'a question for either family' });
    await asking;

    // They would go on for another five seconds.
    await until(() => unanswered.size === 0, { what: 'the end of the questions', withinMs: 4_000 });
    watch.disable();
  });

  it('are asked of the system one at a time', async () => {
    const running: number[] = [];
    let now = 0;
    const slow = new Names({
      servers: [server.address],
      hostsFile: join(folder, 'hosts'),
      system: async () => {
        running.push(++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return [{ address: PUBLIC, family: 4 }];
      },
    });

    await Promise.all(['a', 'b', 'c'].map((name) => slow.resolve(`${name}.elsewhere`)));

    expect(running).toEqual([1, 1, 1]);
  });
});

describe('a hosts file', () => {
  it('is read line by line, whatever else stands in it', () => {
    const text = '\uFEFF# comment\n\n1.2.3.4 a b#c\n::1\tA\r\nnonsense d\n1.2.3 e\n999.1.1.1 f\n5.6.7.8\n';

    expect(Object.fromEntries(readHosts(text))).toEqual({ a: ['1.2.3.4', '::1'], b: ['1.2.3.4'] });
  });
});
