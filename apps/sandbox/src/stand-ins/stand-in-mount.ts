import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import { refuseStrangeHost } from '../page/same-site.js';
import { serveStandIn } from './serve-stand-in.js';
import { StandInContexts } from './stand-in-context.js';
import { StandIns } from './stand-ins.js';

/** Mounts what the hub calls on the stand-ins at `/sandbox/<slug>/…`. */
@Injectable()
export class StandInMount implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly standIns: StandIns,
    private readonly contexts: StandInContexts,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope, _options, done) => {
      scope.addHook('onRequest', async (request) => refuseStrangeHost(this.config, request));
      for (const part of this.standIns.list()) serveStandIn(scope, part, () => this.contexts.of(part.slug));
      done();
    });
  }
}
