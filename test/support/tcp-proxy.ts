import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** Stands between a client and a server, and may stop passing things on without a word to either. */
export interface TcpProxy {
  port: number;
  /** Connections of clients that are open. */
  readonly open: number;
  /** From now on connections are accepted, and nothing that is sent over them arrives. */
  swallow(): void;
  /** New connections work again; those that something was swallowed of stay silent. */
  pass(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const clients = new Set<Socket>();
  const servers = new Set<Socket>();
  let swallows = false;
  const listener = createServer((client) => {
    const server = connect(target);
    let isSilent = false;
    const carry = (from: Socket, to: Socket, group: Set<Socket>): void => {
      group.add(from);
      from
        .on('data', (chunk) => {
          isSilent ||= swallows;
          if (!isSilent) to.write(chunk);
        })
        .on('error', () => {})
        .on('close', () => {
          group.delete(from);
          if (!isSilent) to.destroy();
        });
    };
    carry(client, server, clients);
    carry(server, client, servers);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    get open() {
      return clients.size;
    },
    swallow: () => void (swallows = true),
    pass: () => void (swallows = false),
    close: async () => {
      for (const socket of [...clients, ...servers]) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
