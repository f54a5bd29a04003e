import type { FastifyRequest } from 'fastify';
import type { Config } from '#libs/config';

const LOOPBACK = /^(127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$/;
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'via'];

/** Whether a request was made on the hub's own machine, and not passed on by a proxy that runs there. */
export function isFromThisMachine({ host }: Pick<Config, 'host'>, { socket, headers }: FastifyRequest): boolean {
  const listensHereOnly = host === 'localhost' || LOOPBACK.test(host);
  const isPassedOn = PROXY_HEADERS.some((name) => headers[name] !== undefined);
  const name = URL.parse(`http://${headers.host ?? ''}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const isCalledSo = name === 'localhost' || LOOPBACK.test(name);
  return listensHereOnly && !isPassedOn && isCalledSo && LOOPBACK.test(socket.remoteAddress ?? '');
}
