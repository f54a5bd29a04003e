import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import { refuseStrangeHost } from './same-site.js';

/** What Vite made of `apps/sandbox/web`, beside this app's own code in dist. */
const BUILT = join(import.meta.dirname, '..', '..', 'web');
const YEAR_SECONDS = 31_536_000;

/** Serves the page at `/sandbox/`. */
@Injectable()
export class PageMount implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register(async (scope) => {
      scope.addHook('onRequest', async (request) => refuseStrangeHost(this.config, request));
      scope.get('/sandbox', (_request, reply) => reply.redirect('sandbox/'));
      // Run from the sources, as tests do, there is no page.
      if (!existsSync(join(BUILT, 'assets'))) return;
      await scope.register(fastifyStatic, {
        root: BUILT,
        prefix: '/sandbox/',
        cacheControl: false,
        setHeaders: (reply, path) => {
          // Vite puts a hash of the content into the names of assets.
          const isAsset = path.startsWith(join(BUILT, 'assets'));
          reply.header('cache-control', isAsset ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
        },
      });
    });
  }
}
