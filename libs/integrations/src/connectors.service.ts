import { Injectable } from '@nestjs/common';
import type { AssessmentsPart, Connector } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import type { Page } from '#libs/model';
import { capabilitiesOf } from './capabilities.js';
import type { AssessmentsDeclarationDto, ConnectorDetailsDto, ConnectorDto } from './connectors.dto.js';

/** What the hub's connectors declare, in words for its clients. */
@Injectable()
export class ConnectorsService {
  constructor(private readonly connectors: ConnectorRegistry) {}

  list(): Page<ConnectorDto> {
    return { data: this.connectors.list().map(toConnector), nextCursor: null };
  }

  get(slug: string): ConnectorDetailsDto {
    const connector = this.connectors.find(slug);
    if (!connector) throw new HubError('not_found');
    const { assessments } = connector;
    return { ...toConnector(connector), assessments: assessments ? toDeclaration(assessments) : null };
  }
}

function toConnector(connector: Connector): ConnectorDto {
  const { slug, name, docs } = connector;
  return { slug, name, docs, capabilities: capabilitiesOf(connector) };
}

function toDeclaration({ routes, result }: AssessmentsPart): AssessmentsDeclarationDto {
  return {
    calls: routes.map(({ action, method, paths }) => ({ action, method, paths })),
    result: { on: result.on, confirmedBy: result.confirmedBy, hosts: result.hosts },
  };
}
