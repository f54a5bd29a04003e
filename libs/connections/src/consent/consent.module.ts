import { Module } from '@nestjs/common';
import { ConnectingModule } from '../connecting.module.js';
import { ConnectionStoreModule } from '../connection-store.module.js';
import { CodeExchange } from './code-exchange.js';
import { ConsentCallbackController } from './consent-callback.controller.js';
import { ConsentCallbackService } from './consent-callback.service.js';
import { ConsentService } from './consent.service.js';
import { Newcomer } from './newcomer.service.js';

/** Both halves of connecting by consent. */
@Module({
  imports: [ConnectingModule, ConnectionStoreModule],
  controllers: [ConsentCallbackController],
  providers: [CodeExchange, ConsentCallbackService, ConsentService, Newcomer],
  exports: [ConsentService],
})
export class ConsentModule {}
