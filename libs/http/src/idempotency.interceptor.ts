import { createHash } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { HubError } from '#libs/errors';
import { LOGGER } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, catchError, defer, mergeMap, of } from 'rxjs';
import { MAX_BODY_BYTES } from './body-reader.js';
import { type Claim, IdempotencyKeys, type KeptReply, type KeyedRequest } from './idempotency-keys.js';
import { PROBLEM_TYPE, toHubError, toProblem } from './problem.js';

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const KEY = /^[\x20-\x7e]{1,255}$/;
const JSON_TYPE = 'application/json; charset=utf-8';
const TOUCHES_ATS = 'atsume:touches-ats';

/** A call that writes to an ATS while its caller waits: cut off by a crash, it is never repeated blindly. */
export const TouchesAts = () => SetMetadata(TOUCHES_ATS, true);

/** Makes writes that carry an `Idempotency-Key` happen once: the same request again gets the first reply. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly reflector: Reflector,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const keyed = keyedRequest(request);
    if (keyed === null) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const mayRepeat = !this.reflector.getAllAndOverride<boolean>(TOUCHES_ATS, [
      context.getHandler(),
      context.getClass(),
    ]);
    return defer(() => this.keys.claim(keyed, mayRepeat)).pipe(
      mergeMap((claim) =>
        claim.kind === 'ours' ? this.run(keyed, claim.fence, reply, next) : of(answerFrom(claim, reply)),
      ),
    );
  }

  private run(keyed: KeyedRequest, fence: string, reply: FastifyReply, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      mergeMap(async (value: unknown) => {
        if (Buffer.isBuffer(value)) await this.keepBytes(keyed, fence, { reply, bytes: value });
        else {
          const body = value === undefined ? null : JSON.stringify(value);
          await this.keep(keyed, fence, { status: reply.statusCode, contentType: body && JSON_TYPE, body });
        }
        return value;
      }),
      catchError(async (thrown: unknown) => {
        const error = toHubError(thrown);
        const body = JSON.stringify(toProblem(error, reply.request.id));
        if (error.spec.status >= 500 || error.code === 'provider_rate_limited') await this.release(keyed, fence);
        else await this.keep(keyed, fence, { status: error.spec.status, contentType: PROBLEM_TYPE, body });
        throw thrown;
      }),
    );
  }

  /** Somebody else's answer, handed on: what says to try again is not one to repeat for a day. */
  private keepBytes(
    keyed: KeyedRequest,
    fence: string,
    { reply, bytes }: { reply: FastifyReply; bytes: Buffer },
  ): Promise<void> {
    const { statusCode: status } = reply;
    if (status >= 500 || status === 429) return this.release(keyed, fence);
    const contentType = reply.getHeader('content-type');
    const body = bytes.length > 0 && bytes.length <= MAX_BODY_BYTES ? bytes : null;
    return this.keep(keyed, fence, { status, contentType: typeof contentType === 'string' ? contentType : null, body });
  }

  /** What the call did is done: failing to remember its reply must not turn it into an error. */
  private async keep(keyed: KeyedRequest, fence: string, reply: KeptReply): Promise<void> {
    await this.keys.keep(keyed, fence, reply).catch((err: unknown) => {
      this.log.error({ err, accountId: keyed.accountId }, 'the reply to an Idempotency-Key was not kept');
    });
  }

  private async release(keyed: KeyedRequest, fence: string): Promise<void> {
    await this.keys.release(keyed, fence).catch((err: unknown) => {
      this.log.warn({ err, accountId: keyed.accountId }, 'an Idempotency-Key was not released');
    });
  }
}

/** Null for what is no write with a key. @throws HubError invalid_input for a key that cannot be one. */
function keyedRequest(request: FastifyRequest): KeyedRequest | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined || !request.caller || !WRITES.has(request.method)) return null;
  if (typeof key !== 'string' || !KEY.test(key)) {
    const errors = [{ path: 'Idempotency-Key', message: 'must be 1 to 255 printable characters' }];
    throw new HubError('invalid_input', { errors });
  }
  const hash = createHash('sha256').update(`${request.method}\n${request.raw.url}\n`);
  if (request.rawBody) hash.update(request.rawBody);
  return { accountId: request.caller.accountId, key, hash: hash.digest() };
}

function answerFrom(claim: Exclude<Claim, { kind: 'ours' }>, reply: FastifyReply): string | Buffer | undefined {
  switch (claim.kind) {
    case 'replay':
      reply.code(claim.reply.status).header('idempotent-replayed', 'true');
      if (claim.reply.contentType !== null) reply.header('content-type', claim.reply.contentType);
      return claim.reply.body ?? undefined;
    case 'other_request':
      throw new HubError('idempotency_conflict');
    case 'running':
      throw new HubError('idempotency_running', { retryAfterSeconds: 1 });
    case 'cut_off':
      throw new HubError('outcome_unknown');
  }
}
