import { Injectable } from '@nestjs/common';
import {
  type AssessmentsPart,
  type CancelOrderRoute,
  type GetPackageRoute,
  type PartnerRequest,
  type PartnerResponse,
  type PlaceOrderRoute,
  type ReadStatusRoute,
  type ReportErrorRoute,
} from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import type { PartnerIdentity } from '#libs/integrations';
import { ChangesService } from '../changes/changes.service.js';
import { IntakeService } from '../intake/intake.service.js';
import { toPackage } from '../packages/packages.service.js';
import { PackagesRepository } from '../packages/packages.repository.js';
import { PartnerAccessService } from './partner-access.service.js';
import { PartnerRefusal, type MatchedRoute, readable } from './partner-call.js';
import { PartnerReportsService } from './partner-reports.service.js';
import { StatusService } from './status.service.js';

/** A call whose caller is known (unless its route is open) and whose body is parsed. */
export interface AdmittedCall extends MatchedRoute {
  part: AssessmentsPart;
  provider: string;
  accountToken: string;
  identity: PartnerIdentity | null;
  request: PartnerRequest;
  /** The body as it came, if it is JSON. */
  jsonText: string | null;
  /** Told when the order had been placed before. */
  onRepeated: () => void;
}

/** Does what an ATS asks for; what it throws, the mount puts into the ATS's dialect. */
@Injectable()
export class PartnerDesk {
  constructor(
    private readonly packages: PackagesRepository,
    private readonly intake: IntakeService,
    private readonly status: StatusService,
    private readonly changes: ChangesService,
    private readonly reports: PartnerReportsService,
    private readonly access: PartnerAccessService,
  ) {}

  /** @throws PartnerRefusal, or HubError and what the database throws. */
  handle(call: AdmittedCall): Promise<PartnerResponse> {
    const { route, identity } = call;
    if (route.action === 'issueToken') return this.access.issueToken(route, call.request, call);
    if (route.action === 'static') return Promise.resolve(route.render(call.request));
    if (!identity) throw new PartnerRefusal('unauthorized');
    switch (route.action) {
      case 'listPackages':
        return this.listPackages(call.request, route.render, identity);
      case 'getPackage':
        return this.getPackage(route, call.request, identity);
      case 'placeOrder':
        return this.placeOrder(route, call, identity);
      case 'readStatus':
        return this.readStatus(route, call.request, identity);
      case 'cancelOrder':
        return this.cancelOrder(route, call, identity);
      case 'reportError':
        return this.reportError(route, call.request, identity);
      case 'disconnect':
        return this.access.disconnect(route, identity);
    }
  }

  private async listPackages(
    request: PartnerRequest,
    render: (packages: ReturnType<typeof toPackage>[], request: PartnerRequest) => PartnerResponse,
    { accountId, integrationId }: PartnerIdentity,
  ): Promise<PartnerResponse> {
    return render((await this.packages.findOffered(accountId, integrationId)).map(toPackage), request);
  }

  private async getPackage(
    route: GetPackageRoute,
    request: PartnerRequest,
    { accountId, integrationId }: PartnerIdentity,
  ): Promise<PartnerResponse> {
    const found = await this.packages.findOrderable(accountId, integrationId, route.packageId(request));
    if (!found) throw new PartnerRefusal('not_found');
    return route.render(toPackage(found));
  }

  private async placeOrder(
    route: PlaceOrderRoute,
    { request, jsonText, onRepeated }: AdmittedCall,
    identity: PartnerIdentity,
  ): Promise<PartnerResponse> {
    const order = readable(() => route.parse(request));
    const placing = await this.intake.place(identity, order, jsonText ?? JSON.stringify(request.body ?? null));
    if (placing.kind === 'placed') {
      if (!placing.placed.isNew) onRepeated();
      return route.render(placing.placed);
    }
    if (placing.kind === 'key_ended') throw new PartnerRefusal('unauthorized');
    throw new PartnerRefusal('unknown_package', [`There is no test '${order.packageId}' to order.`]);
  }

  private async readStatus(
    route: ReadStatusRoute,
    request: PartnerRequest,
    identity: PartnerIdentity,
  ): Promise<PartnerResponse> {
    const view = await this.status.read(identity, route.assessmentId(request));
    if (!view) throw new PartnerRefusal('not_found');
    return route.render(view);
  }

  private async cancelOrder(
    route: CancelOrderRoute,
    { request }: AdmittedCall,
    identity: PartnerIdentity,
  ): Promise<PartnerResponse> {
    const id = route.assessmentId(request);
    if (id === null) throw new PartnerRefusal('not_found');
    const { accountId, integrationId } = identity;
    await this.changes.report({ accountId, integrationId, id, by: 'ats' }, { status: 'CANCELLED' });
    const view = await this.status.view(identity, id);
    if (!view) throw new HubError('not_found');
    return route.render(view);
  }

  private async reportError(
    route: ReportErrorRoute,
    request: PartnerRequest,
    identity: PartnerIdentity,
  ): Promise<PartnerResponse> {
    await this.reports.keep(
      identity,
      readable(() => route.parse(request)),
      request.body,
    );
    return route.render();
  }
}
