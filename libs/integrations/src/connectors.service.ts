import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import type { AssessmentsPart, Connector } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import type { Page } from '#libs/model';
import { toApiDeclaration } from './api-declaration.js';
import { capabilitiesOf } from './capabilities.js';
import type { AssessmentsDeclarationDto, ConnectorDetailsDto, ConnectorDto } from './connectors.dto.js';

/** What the hub's connectors declare, in words for its clients. */
@Injectable()
export class ConnectorsService {
  constructor(
    private readonly connectors: ConnectorRegistry,
    @Inject(CONFIG) private readonly config: Pick<Config, 'sandbox'>,
  ) {}

  list(): Page<ConnectorDetailsDto> {
    return { data: this.connectors.list().map((connector) => this.toDetails(connector)), nextCursor: null };
  }

  get(slug: string): ConnectorDetailsDto {
    const connector = this.connectors.find(slug);
    if (!connector) throw new HubError('not_found');
    return this.toDetails(connector);
  }

  private toDetails(connector: Connector): ConnectorDetailsDto {
    const { assessments, api } = connector;
    return {
      ...toConnector(connector),
      assessments: assessments ? toDeclaration(assessments) : null,
      api: api ? toApiDeclaration(api, this.config.sandbox) : null,
    };
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
