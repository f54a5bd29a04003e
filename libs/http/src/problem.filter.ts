import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { HubError } from '#libs/errors';
import { LOGGER } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problemHeaders, toHubError, toProblem } from './problem.js';

/** The one place where an error becomes an answer: a problem document, and a log line when the fault is ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const error = toHubError(thrown);
    this.record(error, request);
    sendProblem(http.getResponse<FastifyReply>(), error, request.id);
  }

  private record(error: HubError, request: FastifyRequest): void {
    // A caller's error with a cause was refused by a library or the database where our own checks should have been first.
    if (error.spec.status >= 500)
      this.log.error({ requestId: request.id, code: error.code, err: error.cause ?? error }, 'request failed');
    else if (error.cause !== undefined)
      this.log.debug({ requestId: request.id, code: error.code, err: error.cause }, 'request refused');
  }
}

/** Answers with an error's problem document. Does nothing when the answer has begun already. */
export function sendProblem(reply: FastifyReply, error: HubError, requestId: string): void {
  if (reply.sent || reply.raw.headersSent) return;
  void reply
    .code(error.spec.status)
    .headers(problemHeaders(error))
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(toProblem(error, requestId)));
}
