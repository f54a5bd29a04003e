import { Module } from '@nestjs/common';
import { ConnectionStoreModule } from '#libs/connections';
import { TargetPolicy } from '#libs/delivery';
import { EngineModule } from '#libs/engine';
import { IntegrationsModule } from '#libs/integrations';
import { RecordReadsModule, RecordStoreModule } from '#libs/records';
import { ChoicesRepository } from './meta/choices.repository.js';
import { MetaController } from './meta/meta.controller.js';
import { MetaService } from './meta/meta.service.js';
import { ActionsService } from './run/actions.service.js';
import { InputMaker } from './run/input-maker.js';
import { MappedInput } from './run/mapped-input.js';
import { RecordIds } from './run/record-ids.js';
import { Rereading } from './run/rereading.js';
import { ActingUsers } from './users/acting-users.js';
import { DefaultUserController } from './users/default-user.controller.js';
import { UserMappingsController } from './users/user-mappings.controller.js';
import { UserMappingsRepository } from './users/user-mappings.repository.js';
import { UserMappingsService } from './users/user-mappings.service.js';
import { WRITE_CONTROLLERS } from './writes/writes.controller.js';

/** Writing to customers' ATSs over HTTP, and who writes are done for. */
@Module({
  imports: [ConnectionStoreModule, EngineModule, IntegrationsModule, RecordReadsModule, RecordStoreModule],
  controllers: [...WRITE_CONTROLLERS, MetaController, UserMappingsController, DefaultUserController],
  providers: [
    ActingUsers,
    ActionsService,
    ChoicesRepository,
    InputMaker,
    MappedInput,
    MetaService,
    RecordIds,
    Rereading,
    TargetPolicy,
    UserMappingsRepository,
    UserMappingsService,
  ],
})
export class ActionsModule {}
