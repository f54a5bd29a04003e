import { createServer, type RequestListener } from 'node:http';

/**
 * Listens on as many addresses of the loopback network as there are to be origins, and returns them. Only Linux has all
 * of 127/8; elsewhere they are one.
 */
export async function listenAs(origins: number, receive: RequestListener): Promise<string[]> {
  const port = await listen(0, '127.0.0.1', receive);
  if (process.platform !== 'linux') return Array.from({ length: origins }, () => `http://127.0.0.1:${port}`);
  const addresses = Array.from({ length: origins }, (_, at) => `127.0.${1 + Math.floor(at / 250)}.${1 + (at % 250)}`);
  await Promise.all(addresses.map((address) => listen(port, address, receive)));
  return addresses.map((address) => `http://${address}:${port}`);
}

async function listen(port: number, address: string, receive: RequestListener): Promise<number> {
  // Longer than the senders keep idle sockets, so that none is closed under a request.
  const server = createServer({ keepAliveTimeout: 120_000 }, receive);
  await new Promise<void>((resolve) => server.listen(port, address, 2_048, resolve));
  const bound = server.address();
  return typeof bound === 'object' && bound ? bound.port : 0;
}
