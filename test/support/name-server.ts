import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What a name's addresses are: IPv4 only here. `silence` answers nothing, as a name server does that is gone. */
export type Answer = readonly string[] | 'silence' | 'none';

/** A real name server over UDP on a port of its own. */
export interface NameServer {
  /** `address:port`, as resolvers want it. */
  address: string;
  /** The names that were asked for, in order; each once for IPv4 and once for IPv6. */
  asked: string[];
  close(): Promise<void>;
}

const QUESTION_AT = 12;
const TYPE_A = 1;

/** Starts a name server; `answer` is called for every question for an IPv4 address. */
export async function startNameServer(answer: (name: string) => Answer): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4', (query, from) => {
    const { name, type, end } = readQuestion(query);
    asked.push(name);
    const addresses = answer(name);
    if (addresses === 'silence') return;
    const found = addresses === 'none' || type !== TYPE_A ? [] : addresses;
    socket.send(reply(query.subarray(0, end), found, addresses === 'none'), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = QUESTION_AT;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length).toLowerCase());
    at += length + 1;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function reply(query: Buffer, addresses: readonly string[], isUnknown: boolean): Buffer {
  const head = Buffer.from(query);
  head.writeUInt16BE(isUnknown ? 0x8183 : 0x8180, 2);
  for (const [at, count] of [1, addresses.length, 0, 0].entries()) head.writeUInt16BE(count, 4 + 2 * at);
  // A pointer to the name in the question, type A, class IN, no time to live, four bytes.
  const answers = addresses.map((address) =>
    Buffer.from([0xc0, QUESTION_AT, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([head, ...answers]);
}
