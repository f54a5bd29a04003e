import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Clocks } from '#libs/delivery';
import { OauthStatesRepository } from './consent/oauth-states.repository.js';
import { KeepAlive } from './token/keep-alive.js';

const KEEP_ALIVE_EVERY_MS = 60_000;
const TIDY_EVERY_MS = 3_600_000;

/** What dispatchers do for connections while nobody asks. */
@Injectable()
export class ConnectionClocks implements OnModuleInit {
  constructor(
    private readonly modules: ModuleRef,
    private readonly keepAlive: KeepAlive,
    private readonly states: OauthStatesRepository,
  ) {}

  onModuleInit(): void {
    const clocks = this.modules.get(Clocks, { strict: false });
    clocks.add({ name: 'connections-keep-alive', everyMs: KEEP_ALIVE_EVERY_MS, run: () => this.keepAlive.run() });
    clocks.add({ name: 'oauth-states', everyMs: TIDY_EVERY_MS, run: () => this.states.removeOld() });
  }
}
