import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import { SandboxDocuments } from '../store/sandbox-documents.js';

/** What setting up has come to; kept encrypted after every step, so that an interrupted one goes on where it stopped. */
export interface SetupState {
  /** Of the Sandbox account; made and kept before the account is. */
  apiKey: string;
  hasAccount: boolean;
  packagesPublished: boolean;
  /** By the slug of the stand-in. */
  integrations: Record<string, { integrationId: string; secretKey: string; partnerPath: string }>;
  endpoint: { id: string; secret: string; url: string } | null;
  /** Slugs of the stand-ins the hub was connected to; nobody's doing after that is undone. */
  connected?: string[];
}

const OWNER = '_sandbox';

/** The keys and secrets the sandbox got when it was set up. */
@Injectable()
export class SetupStates {
  private state: SetupState | null = null;

  constructor(private readonly documents: SandboxDocuments) {}

  async load(): Promise<SetupState | null> {
    this.state ??= await this.documents.getSecret<SetupState>(OWNER, 'setup', 'state');
    return this.state;
  }

  async save(state: SetupState): Promise<void> {
    await this.documents.putSecret(OWNER, 'setup', 'state', state);
    this.state = state;
  }

  /** @throws HubError unavailable while the sandbox is still being set up. */
  current(): SetupState {
    if (!this.state?.hasAccount) throw new HubError('unavailable', { detail: 'The sandbox is not set up yet.' });
    return this.state;
  }
}
