import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import type { SandboxContext, SandboxDesk, SandboxPart } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { HubClient } from '../hub/hub-client.js';
import { type SetupState, SetupStates } from '../hub/setup-state.js';
import type { HubAssessment, HubConnection, HubDelivery, HubState, PageState } from '../page-state.js';
import { StandInContexts } from '../stand-ins/stand-in-context.js';
import { StandIns } from '../stand-ins/stand-ins.js';
import { DemoVendor } from '../vendor/demo-vendor.js';

const DELIVERIES_SHOWN = 8;
type PageContent = Omit<PageState, 'version'>;

const NO_HUB: HubState = { connection: null, assessment: null, deliveries: [], problem: null };

/** What the page asks for and does. The Sandbox account's key stays here, on the server. */
@Injectable()
export class PageService {
  constructor(
    private readonly standIns: StandIns,
    private readonly contexts: StandInContexts,
    private readonly states: SetupStates,
    private readonly hub: HubClient,
    private readonly vendor: DemoVendor,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async view(selected: { standIn?: string | undefined; assessment?: string | undefined }): Promise<PageContent> {
    const parts = this.standIns.list();
    const setup = await this.states.load();
    const part = selected.standIn === undefined ? parts[0] : this.standIns.find(selected.standIn);
    if (selected.standIn !== undefined && !part) throw new HubError('not_found');
    const isReady = setup?.hasAccount === true && part !== undefined && setup.integrations[part.slug] !== undefined;
    const [desk, hub, vendor] = await Promise.all([
      isReady ? part.desk.view(this.contexts.of(part.slug)) : null,
      isReady ? this.hubState(setup, part, selected.assessment) : NO_HUB,
      this.vendor.view(),
    ]);
    return {
      problem: isReady ? null : 'The sandbox is being set up; this takes a moment.',
      standIns: parts.map(({ slug, name, company }) => ({ slug, name, company: company.originOrgName })),
      desk,
      hub,
      vendor,
    };
  }

  openStage(slug: string): Promise<void> {
    return this.atDesk(slug, (desk, context) => desk.openStage(context));
  }

  chooseTest(slug: string, testId: string): Promise<void> {
    return this.atDesk(slug, (desk, context) => desk.chooseTest(context, testId));
  }

  sendTest(slug: string, candidateId: string): Promise<void> {
    return this.atDesk(slug, (desk, context) => desk.sendTest(context, candidateId));
  }

  checkStatus(slug: string, candidateId: string): Promise<void> {
    return this.atDesk(slug, (desk, context) => desk.checkStatus(context, candidateId));
  }

  /** What a person needs to call the API themselves. `isLocal`: the request came from this machine. */
  revealKey(isLocal: boolean): { apiKey: string; origin: string; integrationId: string | null } {
    if (!isLocal) throw new HubError('scope_missing', { detail: 'The key is shown on the machine of the hub only.' });
    const { apiKey, integrations } = this.states.current();
    const readable = this.standIns.list().find(({ access }) => access);
    const integrationId = (readable && integrations[readable.slug]?.integrationId) ?? null;
    return { apiKey, origin: this.config.publicUrl, integrationId };
  }

  /** @throws HubError not_found, conflict with the desk's own words. */
  private async atDesk(
    slug: string,
    act: (desk: SandboxDesk, context: SandboxContext) => Promise<string | null>,
  ): Promise<void> {
    const part = this.standIns.find(slug);
    if (!part) throw new HubError('not_found');
    const refusal = await act(part.desk, this.contexts.of(slug));
    if (refusal !== null) throw new HubError('conflict', { detail: refusal });
  }

  private async hubState(
    { apiKey, integrations }: SetupState,
    { slug, access }: SandboxPart,
    assessmentId: string | undefined,
  ): Promise<HubState> {
    const problems: string[] = [];
    const ask = <T>(path: string): Promise<T | null> =>
      this.hub.api<T>('GET', path, { apiKey }).catch((error: unknown) => {
        problems.push((error as Error).message);
        return null;
      });
    const { integrationId } = integrations[slug]!;
    const [connection, assessment, deliveries] = await Promise.all([
      access ? ask<HubConnection>(`/v1/integrations/${integrationId}/connection`) : null,
      assessmentId === undefined ? null : ask<HubAssessment>(`/v1/ats/assessments/${encodeURIComponent(assessmentId)}`),
      ask<{ data: HubDelivery[] }>(`/v1/webhooks/deliveries?limit=${DELIVERIES_SHOWN}`),
    ]);
    return {
      connection: connection && toConnection(connection),
      assessment: assessment && toAssessment(assessment),
      deliveries: deliveries?.data.map(toDelivery) ?? [],
      problem: problems[0] ?? null,
    };
  }
}

function toConnection({ state, stateReason, method, organisation }: HubConnection): HubConnection {
  return { state, stateReason, method, organisation };
}

/** Of all that the hub says, what the page shows. */
function toAssessment({ id, status, writeback, timeline }: HubAssessment): HubAssessment {
  const { state, attempts, lastError } = writeback;
  return { id, status, writeback: { state, attempts, lastError }, timeline };
}

function toDelivery({ id, eventId, status, lastAttempt }: HubDelivery): HubDelivery {
  return { id, eventId, status, lastAttempt };
}
