import { Injectable, type OnModuleInit } from '@nestjs/common';
import { IntegrationHooks } from '#libs/integrations';
import { CallbacksRepository } from './callbacks.repository.js';

/** Lets callbacks go out once an operator has allowed their host, or the ATS uses a key again. */
@Injectable()
export class HeldBackCallbacks implements OnModuleInit {
  constructor(
    private readonly hooks: IntegrationHooks,
    private readonly callbacks: CallbacksRepository,
  ) {}

  onModuleInit(): void {
    this.hooks.onHostsAllowed((tx, integration) =>
      this.callbacks.requeueHeldBack(tx, integration, 'callback_host_not_allowed'),
    );
    this.hooks.onKeyFirstUsed((tx, integration) => this.callbacks.requeueHeldBack(tx, integration, 'no_live_key'));
  }
}
