import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeyLookup } from './api-key-lookup.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';

/** Accounts, their API keys, and the guard that stands before every route of the process. */
@Module({
  controllers: [AccountsController, ApiKeysController],
  providers: [
    AccountsService,
    ApiKeysService,
    ApiKeysRepository,
    ApiKeyLookup,
    { provide: APP_GUARD, useClass: ApiKeyGuard },
  ],
  exports: [AccountsService],
})
export class AccountsModule {}
