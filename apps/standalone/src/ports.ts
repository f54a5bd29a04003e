import { createServer } from 'node:net';
import { ConfigError } from '#libs/config';

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return listenOnce(0, '127.0.0.1');
}

/** Looks before anything is started whether the hub will be able to listen. @throws ConfigError naming PORT or HOST. */
export async function checkPort(port: number, host: string): Promise<void> {
  try {
    await listenOnce(port, host);
  } catch (error) {
    throw explain((error as NodeJS.ErrnoException).code ?? '', port, host);
  }
}

function explain(code: string, port: number, host: string): ConfigError {
  if (code === 'EADDRINUSE') return new ConfigError('PORT', `${port} is in use on ${host}; choose another one`);
  if (code === 'EACCES') return new ConfigError('PORT', `${port} may not be used by this user; choose one above 1023`);
  return new ConfigError('HOST', `${host} is not an address of this machine (${code})`);
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
