import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxContext, SandboxPart, SandboxRequest, SandboxResponse, SandboxRoute } from '#libs/connector-kit';
import { toHubError } from '#libs/http';
import { parseBody } from '#libs/http';

/** An ATS takes files in bodies: larger ones than the hub does. */
const MAX_BODY_BYTES = 75 * 1024 * 1024;

/** Answers at `/sandbox/<slug>/…` what a stand-in answers. `contextOf` is asked at every request. */
export function serveStandIn(scope: FastifyInstance, part: SandboxPart, contextOf: () => SandboxContext): void {
  void scope.register((own, _options, done) => {
    // What a body is, and what to say of a bad one, is the ATS's affair.
    own.removeAllContentTypeParsers();
    const whole = { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES } as const;
    own.addContentTypeParser<Buffer>('*', whole, (_request, bytes, parsed) => parsed(null, bytes));
    for (const route of part.routes) serveRoute(own, { slug: part.slug, route }, contextOf);
    done();
  });
}

function serveRoute(
  scope: FastifyInstance,
  { slug, route }: { slug: string; route: SandboxRoute },
  contextOf: () => SandboxContext,
): void {
  scope.route({
    method: route.method,
    url: `/sandbox/${slug}/${route.path}`,
    bodyLimit: MAX_BODY_BYTES,
    handler: async (request, reply) => {
      send(reply, await route.handle(toSandboxRequest(request, slug), contextOf()));
      return reply;
    },
  });
}

function toSandboxRequest(request: FastifyRequest, slug: string): SandboxRequest {
  const [path = ''] = (request.raw.url ?? '').slice(`/sandbox/${slug}/`.length).split('?', 1);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return {
    method: request.method,
    path,
    params: request.params as Record<string, string>,
    query: request.query as Record<string, string>,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...readBody(request),
  };
}

function readBody(request: FastifyRequest): Pick<SandboxRequest, 'body' | 'unreadable'> {
  try {
    return { body: parseBody(request.headers, request.body as Buffer | undefined) };
  } catch (error) {
    const { detail, message } = toHubError(error);
    return { body: undefined, unreadable: detail ?? message };
  }
}

function send(reply: FastifyReply, { status, body, contentType, headers, isCut }: SandboxResponse): void {
  if (isCut) {
    reply.hijack();
    reply.raw.destroy();
    return;
  }
  reply.code(status).headers(headers ?? {});
  if (contentType !== undefined) reply.type(contentType);
  if (body instanceof Uint8Array) void reply.send(Buffer.from(body));
  else if (contentType !== undefined || body === undefined) void reply.send(body);
  else void reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}
