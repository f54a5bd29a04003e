import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

type Answer = (request: FastifyRequest, reply: FastifyReply) => void;

const answers = new WeakMap<FastifyInstance, Map<string, Answer>>();

/**
 * For routes that answer in another dialect than ours: has `answer` reply to addresses below `prefix` that the router
 * itself cannot read (a `%ff`, a part of thousands of characters). Such a request passes no hook and has no parameters.
 */
export function onUnreadableAddress(fastify: FastifyInstance, prefix: string, answer: Answer): void {
  const known = answers.get(fastify) ?? new Map<string, Answer>();
  answers.set(fastify, known.set(prefix, answer));
}

/** The answer of whoever speaks at this address; undefined where a problem document is right. */
export function answerOfAddress({ server, raw }: FastifyRequest): Answer | undefined {
  for (const [prefix, answer] of answers.get(server) ?? []) if (raw.url?.startsWith(prefix)) return answer;
  return undefined;
}
