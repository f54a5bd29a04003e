import { Injectable } from '@nestjs/common';
import { Rings, TargetPolicy } from '#libs/delivery';
import { HubError } from '#libs/errors';
import { EventsService, withPartitions } from '#libs/events';
import type { PageQueryDto } from '#libs/http';
import { type Page, deliveryId, newId } from '#libs/model';
import { Database, type Queryable, decodeCursor, encodeCursor } from '#libs/store';
import { readCustomHeaders } from './custom-headers.js';
import { EndpointChores } from './endpoint-chores.js';
import { pingEvent } from './endpoint-events.js';
import { toEndpointDto } from './endpoint-view.js';
import type { CreatedEndpointDto, CreateEndpointDto, EndpointDto, UpdateEndpointDto } from './endpoints.dto.js';
import {
  type EndpointColumns,
  type EndpointKey,
  EndpointsRepository,
  type EndpointRow,
} from './endpoints.repository.js';
import { newSigningSecret } from './signer.js';

/** Each signs every request, and its signature is part of a header. */
const MOST_SECRETS = 5;
const TOO_MANY_SECRETS = `${MOST_SECRETS} secrets sign already: wait for the end of an overlap, or rotate without one.`;

/** The endpoints that an account's events go to. */
@Injectable()
export class EndpointsService {
  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsRepository,
    private readonly targets: TargetPolicy,
    private readonly events: EventsService,
    private readonly rings: Rings,
    private readonly chores: EndpointChores,
  ) {}

  async create(accountId: string, body: CreateEndpointDto): Promise<CreatedEndpointDto> {
    const given = await this.columnsOf(accountId, body);
    const key = { accountId, id: newId('endpoint') };
    const secret = newSigningSecret();
    const row = await this.database.transaction(async (tx) => {
      await this.endpoints.insert(tx, key, { ...DEFAULTS, url: body.url, ...given });
      await this.endpoints.addSecret(tx, key, secret, 0);
      return this.found(tx, key);
    });
    return { ...this.view(row), secret };
  }

  async list(accountId: string, { cursor, limit }: PageQueryDto): Promise<Page<EndpointDto>> {
    const [before = null] = decodeCursor(cursor, 1) ?? [];
    const rows = await this.endpoints.findPage(accountId, before, limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      data: page.map((row) => this.view(row)),
      nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null,
    };
  }

  async get(accountId: string, id: string): Promise<EndpointDto> {
    return this.view(await this.found(this.database, { accountId, id }));
  }

  async update(accountId: string, id: string, body: UpdateEndpointDto): Promise<EndpointDto> {
    const columns = await this.columnsOf(accountId, body);
    return this.change({ accountId, id }, async (tx, before) => {
      await this.endpoints.update(tx, { accountId, id }, columns);
      const hasMoved = columns.url !== undefined && columns.url !== before.url;
      if (hasMoved && before.status === 'ENABLED') await this.endpoints.wake(tx, { accountId, id });
    });
  }

  async remove(accountId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.locked(tx, { accountId, id });
      await this.endpoints.remove(tx, { accountId, id });
    });
    await this.chores.begin(id);
  }

  enable(accountId: string, id: string): Promise<EndpointDto> {
    return this.change({ accountId, id }, (tx) => this.endpoints.enable(tx, { accountId, id }));
  }

  disable(accountId: string, id: string): Promise<EndpointDto> {
    return this.change({ accountId, id }, async (tx, before) => {
      if (before.status === 'ENABLED') await this.endpoints.disable(tx, { accountId, id }, 'manual');
    });
  }

  async rotateSecret(accountId: string, id: string, overlapSeconds: number): Promise<{ id: string; secret: string }> {
    const secret = newSigningSecret();
    await this.change({ accountId, id }, async (tx) => {
      const signing = await this.endpoints.addSecret(tx, { accountId, id }, secret, overlapSeconds);
      if (signing > MOST_SECRETS) throw new HubError('conflict', { detail: TOO_MANY_SECRETS });
    });
    return { id, secret };
  }

  /** Sends a `ping` to this endpoint alone, whatever it subscribes to. Returns the id of the delivery. */
  async ping(accountId: string, id: string): Promise<{ id: string }> {
    const event = pingEvent(accountId, id);
    await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        const { status } = await this.found(tx, { accountId, id });
        if (status !== 'ENABLED') throw new HubError('conflict', { detail: 'The endpoint is disabled.' });
        await this.events.appendTo(tx, event, id);
      }),
    );
    this.rings.ring([id]);
    return { id: deliveryId(event.id, id) };
  }

  /** Changes a locked endpoint and rings it, since the change may have made work due. */
  private async change(
    key: EndpointKey,
    work: (tx: Queryable, before: EndpointRow) => Promise<void>,
  ): Promise<EndpointDto> {
    const row = await this.database.transaction(async (tx) => {
      await work(tx, await this.locked(tx, key));
      return this.found(tx, key);
    });
    await this.chores.begin(key.id);
    this.rings.ring([key.id]);
    return this.view(row);
  }

  private async found(tx: Queryable, { accountId, id }: EndpointKey): Promise<EndpointRow> {
    const row = await this.endpoints.find(tx, accountId, id);
    if (!row) throw new HubError('not_found');
    return row;
  }

  private async locked(tx: Queryable, { accountId, id }: EndpointKey): Promise<EndpointRow> {
    const row = await this.endpoints.lock(tx, accountId, id);
    if (!row) throw new HubError('not_found');
    return row;
  }

  private view(row: EndpointRow): EndpointDto {
    return toEndpointDto(row, this.endpoints.headerNamesOf(row));
  }

  /** The columns for what was given, checked; what was not given is not there. */
  private async columnsOf(accountId: string, body: UpdateEndpointDto): Promise<Partial<EndpointColumns>> {
    if (body.url !== undefined) await this.targets.assertSafe(body.url, 'url');
    await this.assertOwnIntegrations(accountId, body.integrationIds ?? []);
    const headers = body.headers ? readCustomHeaders(body.headers) : null;
    const columns: { [name in keyof EndpointColumns]: EndpointColumns[name] | undefined } = {
      url: body.url,
      description: body.description,
      event_types: filterOf(body.eventTypes),
      integration_ids: filterOf(body.integrationIds),
      signature: body.signature,
      strict_nulls: body.strictNulls,
      max_per_second: body.maxPerSecond,
      headers_enc: undefined,
      headers_key_id: undefined,
      retry_policy: body.retryPolicy,
      ...(body.headers === undefined ? {} : this.endpoints.sealHeaders(headers)),
    };
    return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
  }

  private async assertOwnIntegrations(accountId: string, integrationIds: readonly string[]): Promise<void> {
    if (integrationIds.length === 0) return;
    const missing = await this.endpoints.missingIntegrations(accountId, integrationIds);
    const errors = integrationIds.flatMap((id, at) =>
      missing.has(id) ? [{ path: `integrationIds.${at}`, message: 'is no integration of this account' }] : [],
    );
    if (errors.length > 0) throw new HubError('invalid_input', { errors });
  }
}

const DEFAULTS: Omit<EndpointColumns, 'url'> = {
  description: null,
  event_types: null,
  integration_ids: null,
  signature: 'standard',
  strict_nulls: false,
  max_per_second: null,
  headers_enc: null,
  headers_key_id: null,
  retry_policy: null,
};

/** An empty filter lets everything through, like none. */
function filterOf(values: string[] | null | undefined): string[] | null | undefined {
  return values?.length === 0 ? null : values;
}
