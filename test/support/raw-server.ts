import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';

/** A server that speaks no protocol by itself. */
export interface RawServer {
  /** `http://127.0.0.1:…` */
  origin: string;
  port: number;
  /** The connections so far; those that have ended too. */
  sockets: Socket[];
  /** The head of each request that came, with its first bytes of body. */
  requests: string[];
  /** What to do with a request from now on. */
  answer: (socket: Socket) => void;
  close(): Promise<void>;
}

/** Listens on a port of its own and calls `answer` for each request that begins. */
export async function startRawServer(): Promise<RawServer> {
  const raw: Pick<RawServer, 'sockets' | 'requests' | 'answer'> = { sockets: [], requests: [], answer: () => {} };
  const server = createServer((socket) => {
    raw.sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      raw.requests.push(chunk.toString('latin1'));
      raw.answer(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(raw, {
    origin: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      for (const socket of raw.sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}
