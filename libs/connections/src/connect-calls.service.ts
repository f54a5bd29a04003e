import { Injectable } from '@nestjs/common';
import { ConnectingService } from './connecting.service.js';
import { ConnectionLifeService } from './connection-life.service.js';
import type { ConnectDto, ConnectReplyDto } from './connections.dto.js';
import { ConsentService } from './consent/consent.service.js';

/** The one call of our API to connect, whichever way the ATS has it done. */
@Injectable()
export class ConnectCalls {
  constructor(
    private readonly connecting: ConnectingService,
    private readonly consents: ConsentService,
    private readonly life: ConnectionLifeService,
  ) {}

  async connect(accountId: string, integrationId: string, body: ConnectDto): Promise<ConnectReplyDto> {
    const { method, ...wanted } = await this.connecting.plan(accountId, integrationId, body);
    if (method.kind === 'oauth2') {
      const consent = await this.consents.begin({ ...wanted, method }, body);
      return { outcome: 'CONSENT_NEEDED', connection: null, ...consent };
    }
    await this.connecting.connect({ ...wanted, method }, body);
    const connection = await this.life.get(accountId, integrationId);
    return { outcome: 'CONNECTED', connection, consentUrl: null, permissions: [], scopes: [], hint: null };
  }
}
