import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  /** `webhook-id` */
  id: string;
  body: string;
  headers: IncomingHttpHeaders;
}

export interface Subscriber {
  url: string;
  received: Received[];
  /** What to do with a request from now on; at first each is answered 200. */
  answer: (received: Received, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** A vendor's server on a port of its own that keeps everything it is sent. */
export async function startSubscriber(): Promise<Subscriber> {
  const subscriber: Pick<Subscriber, 'received' | 'answer'> = { received: [], answer: (_, response) => response.end() };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = {
        id: String(request.headers['webhook-id']),
        body: Buffer.concat(chunks).toString('utf8'),
        headers: request.headers,
      };
      subscriber.received.push(received);
      subscriber.answer(received, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(subscriber, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
