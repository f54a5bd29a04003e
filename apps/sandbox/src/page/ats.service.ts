import { Injectable } from '@nestjs/common';
import type { SandboxAccess, SandboxContext, SandboxPart } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { ConnectingService, toConflict } from '../hub/connecting.service.js';
import { StandInContexts } from '../stand-ins/stand-in-context.js';
import { StandIns } from '../stand-ins/stand-ins.js';
import { Changes } from '../store/changes.js';
import type { ActDto, ConnectDto, FaultDto } from './page.dto.js';

/** What the page does in an ATS besides ordering tests: moving candidates, making faults, connecting the hub. */
@Injectable()
export class AtsService {
  constructor(
    private readonly standIns: StandIns,
    private readonly contexts: StandInContexts,
    private readonly connecting: ConnectingService,
    private readonly changes: Changes,
  ) {}

  act(slug: string, { candidateId, action, value }: ActDto): Promise<void> {
    const what = { candidateId: candidateId ?? null, action, value: value ?? '' };
    return this.atDesk(slug, ({ desk }, context) => desk.act?.(context, what));
  }

  setFault(slug: string, { fault, count }: FaultDto): Promise<void> {
    return this.atDesk(slug, ({ desk }, context) => desk.setFault?.(context, { id: fault, count }));
  }

  addWebhooks(slug: string): Promise<void> {
    return this.atDesk(slug, (part) => this.connecting.addWebhooks(part).catch(toConflict));
  }

  /** Where the browser has to go, or null when the hub is connected already. */
  async connect(slug: string, { by }: ConnectDto): Promise<{ consentUrl: string | null }> {
    const part = this.partOf(slug);
    if (by === 'CONSENT') return { consentUrl: await this.connecting.byConsent(part).catch(toConflict) };
    await this.connecting.byCredentials(part).catch(toConflict);
    this.changes.note();
    return { consentUrl: null };
  }

  /** Ids and secrets. `isLocal`: the request came from this machine. */
  async revealAccess(slug: string, isLocal: boolean): Promise<SandboxAccess> {
    if (!isLocal) throw new HubError('scope_missing', { detail: 'Secrets are shown on the machine of the hub only.' });
    const { access } = this.partOf(slug);
    if (!access) throw new HubError('not_found');
    return access(this.contexts.of(slug));
  }

  private async atDesk(
    slug: string,
    act: (part: SandboxPart, context: SandboxContext) => Promise<string | null> | undefined,
  ): Promise<void> {
    const refusal = await act(this.partOf(slug), this.contexts.of(slug));
    this.changes.note();
    if (refusal === undefined) throw new HubError('not_found');
    if (refusal !== null) throw new HubError('conflict', { detail: refusal });
  }

  private partOf(slug: string): SandboxPart {
    const part = this.standIns.find(slug);
    if (!part) throw new HubError('not_found');
    return part;
  }
}
