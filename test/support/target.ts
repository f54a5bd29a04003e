import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Called {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server of somebody else's that notes what it is asked. */
export interface Target {
  port: number;
  /** An address on it that the hub may call, as its own sandbox. */
  url(path: string): string;
  calls: Called[];
  /** What to do with a request from now on; at first each is answered 200 without a body. */
  answer: (called: Called, response: ServerResponse) => void | Promise<void>;
  close(): Promise<void>;
}

/** Listens on a port of its own; give that port to the hub as `PORT`. */
export async function startTarget(): Promise<Target> {
  const target: Pick<Target, 'calls' | 'answer'> = { calls: [], answer: (_, response) => void response.end() };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const called = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      target.calls.push(called);
      void target.answer(called, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(target, {
    port,
    url: (path: string) => `http://127.0.0.1:${port}/sandbox/${path}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
