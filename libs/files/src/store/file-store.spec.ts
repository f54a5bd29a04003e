import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '#libs/model';
import { type FileStore, storeKey } from './file-store.js';
import { LocalFileStore } from './local-file-store.js';
import { S3FileStore } from './s3-file-store.js';

interface StoreUnderTest {
  store: FileStore;
  /** How many files there really are. */
  count(): Promise<number>;
  close(): Promise<void>;
}

const stores: [string, () => Promise<StoreUnderTest>][] = [
  ['in a folder', openLocalStore],
  ['in a bucket', openS3Store],
];

describe.each(stores)('a file store %s', (_, open) => {
  let under: StoreUnderTest;
  beforeEach(async () => {
    under = await open();
  });
  afterEach(() => under.close());

  const write = (id: string, ...chunks: string[]) => under.store.write(id, chunksOf(...chunks));
  const read = async (id: string) => {
    const stream = await under.store.read(id);
    return stream && Buffer.concat(await stream.toArray()).toString('utf8');
  };

  it('gives back what was written', async () => {
    const id = newId('file');

    await write(id, 'first ', 'second');

    expect(await read(id)).toBe('first second');
  });

  it('keeps files of many megabytes as they are', async () => {
    const id = newId('file');
    const chunk = Buffer.alloc(1_000_000, 'x').toString();

    await write(id, ...Array.from({ length: 13 }, () => chunk), 'end');

    const content = await read(id);
    expect([content?.length, content?.slice(-4)]).toEqual([13_000_003, 'xend']);
  });

  it('has nothing for an id nobody wrote', async () => {
    expect(await read(newId('file'))).toBeNull();
  });

  it('replaces a file that is written again', async () => {
    const id = newId('file');
    await write(id, 'old and long');

    await write(id, 'new');

    expect([await read(id), await under.count()]).toEqual(['new', 1]);
  });

  it('forgets what is removed, and minds no second removal', async () => {
    const id = newId('file');
    await write(id, 'x');

    await under.store.remove(id);
    await under.store.remove(id);

    expect([await read(id), await under.count()]).toEqual([null, 0]);
  });

  it.each([1, 12_000_000])('keeps nothing of a file that breaks off after %i bytes, and says why', async (size) => {
    const id = newId('file');
    const reason = Object.assign(new Error('stop'), { code: 'file_too_large' });

    await expect(under.store.write(id, breakingOff(size, reason))).rejects.toMatchObject({ code: 'file_too_large' });

    expect([await read(id), await under.count()]).toEqual([null, 0]);
  });

  it('takes nothing for an id that could be a path', async () => {
    await expect(write('../../etc/passwd', 'x')).rejects.toThrow('not the id');
    await expect(under.store.read('a/b')).rejects.toThrow('not the id');
  });
});

describe('a file in a folder', () => {
  it('can be read by its owner only', async () => {
    const { store, folder, close } = await openLocalStore();
    const id = newId('file');

    await store.write(id, chunksOf('x'));

    expect((await stat(join(folder, storeKey(id)))).mode & 0o777).toBe(0o600);
    await close();
  });
});

describe('sweeping a folder', () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

  it('removes what a killed process left a day ago, and nothing else', async () => {
    const { store, folder, close } = await openLocalStore();
    const id = newId('file');
    const path = join(folder, storeKey(id));
    await store.write(id, chunksOf('kept'));
    const files: [string, Date][] = [
      [`${path}.0123456789ab.tmp`, hoursAgo(25)],
      [`${path}.0123456789ac.tmp`, hoursAgo(23)],
      [`${path}.tmp`, hoursAgo(25)],
      [join(dirname(path), 'notes.0123456789ab.tmp.txt'), hoursAgo(25)],
      [join(folder, `${id}.0123456789ab.tmp`), hoursAgo(25)],
    ];
    for (const [file, at] of files) {
      await writeFile(file, 'x');
      await utimes(file, at, at);
    }
    await utimes(path, hoursAgo(1_000), hoursAgo(1_000));

    const removed = await store.sweep();

    const left = await Promise.all([path, ...files.map(([file]) => file)].map((file) => stat(file).catch(() => null)));
    expect([removed, left.map((found) => found !== null)]).toEqual([1, [true, false, true, true, true, true]]);
    await close();
  });

  it('minds no folder that is not there yet', async () => {
    const folder = join(tmpdir(), newId('file'));

    expect(await new LocalFileStore(folder).sweep()).toBe(0);
  });

  it('finds what an interrupted write leaves', async () => {
    const { store, folder, close } = await openLocalStore();
    const id = newId('file');
    const path = join(folder, storeKey(id));
    const during: string[] = [];
    async function* looking(): AsyncGenerator<Buffer> {
      during.push(...(await readdir(dirname(path))));
      yield Buffer.from('x');
    }
    await store.write(id, looking());
    await writeFile(join(dirname(path), during[0] ?? ''), 'x');
    await utimes(join(dirname(path), during[0] ?? ''), hoursAgo(25), hoursAgo(25));

    expect(await store.sweep()).toBe(1);
    await close();
  });
});

async function* chunksOf(...chunks: string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
}

async function* breakingOff(size: number, reason: Error): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.alloc(size));
  throw reason;
}

async function openLocalStore(): Promise<StoreUnderTest & { store: LocalFileStore; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'atsume-files-'));
  const count = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  };
  return { store: new LocalFileStore(folder), folder, count, close: () => rm(folder, { recursive: true }) };
}

/** As much of S3's protocol as a store needs: objects, and uploads in parts. */
async function openS3Store(): Promise<StoreUnderTest> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const server = createServer((request, response) => void answer(request, response, { objects, uploads }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const store = await S3FileStore.open({
    kind: 's3',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: 'files',
    region: 'eu-central-1',
    accessKeyId: 'test',
    secretAccessKey: 'test',
  });
  return { store, count: () => Promise.resolve(objects.size + uploads.size), close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

interface Bucket {
  objects: Map<string, Buffer>;
  uploads: Map<string, Map<number, Buffer>>;
}

async function answer(request: IncomingMessage, response: ServerResponse, bucket: Bucket): Promise<void> {
  const url = new URL(request.url ?? '', 'http://x');
  const body = Buffer.concat(await request.toArray());
  const reply = handle(`${request.method}`, url, body, bucket);
  response.writeHead(reply.status, { etag: '"e"', 'content-type': 'application/xml' }).end(reply.body);
}

function handle(
  method: string,
  url: URL,
  body: Buffer,
  { objects, uploads }: Bucket,
): { status: number; body?: Buffer | string } {
  const key = url.pathname;
  const uploadId = url.searchParams.get('uploadId');
  if (method === 'POST' && url.searchParams.has('uploads')) {
    uploads.set(key, new Map());
    return {
      status: 200,
      body: `<InitiateMultipartUploadResult><UploadId>${key}</UploadId></InitiateMultipartUploadResult>`,
    };
  }
  if (uploadId && method === 'PUT') {
    uploads.get(key)?.set(Number(url.searchParams.get('partNumber')), body);
    return { status: 200 };
  }
  if (uploadId && method === 'POST') {
    const parts = [...(uploads.get(key) ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
    objects.set(key, Buffer.concat(parts));
    uploads.delete(key);
    return { status: 200, body: '<CompleteMultipartUploadResult/>' };
  }
  if (method === 'DELETE') {
    (uploadId ? uploads : objects).delete(key);
    return { status: 204 };
  }
  if (method === 'PUT') {
    objects.set(key, body);
    return { status: 200 };
  }
  const found = objects.get(key);
  return found ? { status: 200, body: found } : { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
}
