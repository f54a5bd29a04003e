import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AssessmentsPart, Connector, PartnerRequest, PartnerResponse } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { acceptRawBodies, onUnreadableAddress, parseBody, toHubError } from '#libs/http';
import { InboundKeysService, type PartnerIdentity, type PresentedCredentials } from '#libs/integrations';
import { describeActive, LOGGER, type Logger } from '#libs/telemetry';
import { IntakeTelemetry } from '../intake/intake-telemetry.js';
import {
  type MatchedRoute,
  PartnerRefusal,
  PartnerRoutes,
  PLAIN_STATUS,
  plainHeaders,
  toRefusal,
} from './partner-call.js';
import { PartnerDesk } from './partner-desk.js';

/** A request whose caller is known, before its body is read. */
interface PartnerCall extends MatchedRoute {
  part: AssessmentsPart;
  provider: string;
  accountToken: string;
  /** Null on routes that need no key. */
  identity: PartnerIdentity | null;
  /** The identity is from memory; the order's own statement proves it. */
  isRecalled: boolean;
}

interface PartnerPath {
  provider: string;
  accountToken: string;
  '*': string;
}

/**
 * Mounts the assessment routes of every connector at `/partners/<provider>/<account token>/…`. Routes of the server
 * itself rather than controllers: they speak the ATS's dialect down to the last refusal, and take bodies as they come.
 */
@Injectable()
export class PartnerMount implements OnModuleInit {
  private readonly calls = new WeakMap<FastifyRequest, PartnerCall>();
  /** How each order ends. */
  private readonly orders = new WeakMap<FastifyRequest, string>();
  private readonly providers: ReadonlyMap<string, { connector: Connector; routes: PartnerRoutes }>;

  constructor(
    private readonly host: HttpAdapterHost,
    connectors: ConnectorRegistry,
    private readonly keys: InboundKeysService,
    private readonly desk: PartnerDesk,
    private readonly telemetry: IntakeTelemetry,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.providers = new Map(
      connectors
        .list()
        .filter(({ assessments }) => assessments)
        .map((connector) => [connector.slug, { connector, routes: new PartnerRoutes(connector) }]),
    );
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    onUnreadableAddress(fastify, '/partners/', (request, reply) =>
      this.refuse(new PartnerRefusal('not_found'), request, reply),
    );
    void fastify.register((scope, _options, done) => {
      acceptRawBodies(scope);
      scope.setErrorHandler((error, request, reply) => this.refuse(error, request, reply));
      scope.addHook('onRequest', (request) => this.admit(request));
      scope.addHook('onResponse', (request, { elapsedTime }, end) => {
        const outcome = this.orders.get(request);
        if (outcome !== undefined) this.telemetry.acknowledged(providerOf(request), outcome, elapsedTime);
        end();
      });
      scope.all('/partners/:provider/:accountToken/*', (request, reply) => this.answer(request, reply));
      done();
    });
  }

  /** Finds the route and who calls, before a byte of the body is read. */
  private async admit(request: FastifyRequest): Promise<void> {
    const { provider, accountToken } = request.params as PartnerPath;
    const known = this.providers.get(provider);
    if (!known?.connector.assessments) throw new PartnerRefusal('not_found');
    const { assessments: part } = known.connector;
    const matched = known.routes.match(request.method, pathBelow(request));
    if (matched.route.action === 'placeOrder') this.orders.set(request, 'placed');
    const isOpen = matched.route.action === 'issueToken' || (matched.route.action === 'static' && matched.route.open);
    const recalled = matched.route.action === 'placeOrder' ? this.keys.recall(credentialsOf(part, request)) : null;
    const identity = isOpen ? null : (recalled ?? (await this.identify(part, request)));
    this.calls.set(request, { ...matched, part, provider, accountToken, identity, isRecalled: recalled !== null });
  }

  private async identify(part: AssessmentsPart, request: FastifyRequest): Promise<PartnerIdentity> {
    const identity = await this.keys.identify(credentialsOf(part, request));
    if (!identity) throw new PartnerRefusal('unauthorized');
    return identity;
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const call = this.calls.get(request)!;
    describeActive({ 'atsume.connector': call.provider, 'atsume.action': call.route.action });
    try {
      send(reply, await this.handle(call, request));
    } catch (error) {
      if (!call.isRecalled) throw error;
      // A key from memory that works no more is refused before anything else is said, and a new start is tried once.
      const identity = await this.identify(call.part, request);
      if (!(error instanceof PartnerRefusal) || error.kind !== 'unauthorized') throw error;
      send(reply, await this.handle({ ...call, identity }, request));
    }
  }

  private async handle(call: PartnerCall, request: FastifyRequest): Promise<PartnerResponse> {
    const body = parseBody(request.headers, request.rawBody);
    const read: PartnerRequest = {
      headers: plainHeaders(request.headers),
      query: queryOf(request),
      params: call.params,
      body,
    };
    const onRepeated = (): void => void this.orders.set(request, 'repeated');
    return this.desk.handle({ ...call, request: read, jsonText: jsonTextOf(request), onRepeated });
  }

  private refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const refusal = error instanceof PartnerRefusal ? error : toRefusal(toHubError(error));
    const { kind, reasons } = refusal;
    const status = PLAIN_STATUS[kind];
    if (this.orders.has(request)) this.orders.set(request, kind);
    if (status >= 500)
      this.log.error({ requestId: request.id, kind, err: refusal.cause ?? error }, 'partner call failed');
    const part = this.providers.get(providerOf(request))?.connector.assessments;
    if (kind === 'unauthorized' && part?.auth.challenge) reply.header('www-authenticate', part.auth.challenge);
    if (kind === 'unavailable') reply.header('retry-after', '1');
    if (part) return send(reply, part.renderFailure({ kind, status, reasons }));
    void reply.code(status).type('text/plain; charset=utf-8').send(reasons.join('\n'));
  }
}

/** Whose dialect to answer in; what the router could not read has no parameters. */
function providerOf({ params, raw }: FastifyRequest): string {
  return (params as PartnerPath | null)?.provider ?? raw.url?.split('/', 3)[2] ?? '';
}

function send(reply: FastifyReply, { status, contentType, body, headers }: PartnerResponse): void {
  reply.code(status).headers(headers ?? {});
  if (contentType !== null) reply.type(contentType);
  void reply.send(body === '' ? undefined : body);
}

/** @throws PartnerRefusal when no key is presented. */
function credentialsOf(part: AssessmentsPart, request: FastifyRequest): PresentedCredentials {
  const { provider, accountToken } = request.params as PartnerPath;
  const presentedKey = part.auth.read({ headers: plainHeaders(request.headers), query: queryOf(request) });
  if (!presentedKey) throw new PartnerRefusal('unauthorized');
  return { provider, accountToken, presentedKey };
}

/** The part of the address that belongs to the connector, as it was sent. */
function pathBelow(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?', 1)[0]!.split('/').slice(4).join('/');
}

function queryOf(request: FastifyRequest): PartnerRequest['query'] {
  return request.query as Record<string, string>;
}

/** The body's own text, so that what is kept is what came; null for a form or no body. */
function jsonTextOf({ headers, rawBody }: FastifyRequest): string | null {
  if (!rawBody?.length || !/^application\/json\b/i.test(headers['content-type'] ?? '')) return null;
  return rawBody.toString('utf8').replace(/^\ufeff/, '');
}
