import { Module } from '@nestjs/common';
import { AccountsModule } from '#libs/accounts';
import { ConnectingService } from './hub/connecting.service.js';
import { HubClient } from './hub/hub-client.js';
import { SetupService } from './hub/setup.service.js';
import { SetupStates } from './hub/setup-state.js';
import { AtsController } from './page/ats.controller.js';
import { AtsService } from './page/ats.service.js';
import { PageController } from './page/page.controller.js';
import { PageMount } from './page/page-mount.js';
import { PageService } from './page/page.service.js';
import { SandboxService } from './sandbox.service.js';
import { STAND_IN_PROVIDERS } from './stand-ins/providers.js';
import { Changes } from './store/changes.js';
import { SandboxDocuments } from './store/sandbox-documents.js';
import { DemoVendor } from './vendor/demo-vendor.js';
import { Inbox } from './vendor/inbox.js';
import { WebhookController } from './vendor/webhook.controller.js';

/** Stand-in ATSs, a demo vendor and a page to watch an order go through, all below `/sandbox`. Imported only where the sandbox is on. */
@Module({
  imports: [AccountsModule],
  controllers: [PageController, AtsController, WebhookController],
  providers: [
    ...STAND_IN_PROVIDERS,
    Changes,
    SandboxDocuments,
    HubClient,
    SetupStates,
    SetupService,
    ConnectingService,
    PageMount,
    PageService,
    AtsService,
    Inbox,
    DemoVendor,
    SandboxService,
  ],
})
export class SandboxModule {}
