import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import { IntegrationsService } from '#libs/integrations';
import { isId, type Page } from '#libs/model';
import { decodeCursor, encodeCursor } from '#libs/store';
import type { FieldMappingRow, MappingPlace } from './field-mapping.js';
import type { FieldMappingDto, ListFieldMappingsDto, SaveFieldMappingDto } from './field-mappings.dto.js';
import { FieldMappingsRepository, MOST_KEYS } from './field-mappings.repository.js';
import { BadPath, parseJsonPath } from './json-path.js';
import { type PathOf, WritablePaths } from './writable-paths.js';

const KEY = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Fields of an account's own, out of what its ATSs send and into what is written to them. */
@Injectable()
export class FieldMappingsService {
  constructor(
    private readonly mappings: FieldMappingsRepository,
    private readonly connectors: ConnectorRegistry,
    private readonly integrations: IntegrationsService,
    private readonly writable: WritablePaths,
  ) {}

  /** Makes or replaces the mapping of a key and way. @throws HubError invalid_input, conflict for one key too many. */
  async save(accountId: string, body: SaveFieldMappingDto): Promise<FieldMappingDto> {
    if (!KEY.test(body.key)) throw invalid('key', 'must be a letter, then letters, digits and _');
    refuseBadPath(body.path);
    const { ats, ...place } = await this.placeOf(accountId, body);
    if (place.direction !== 'READ') this.refuseUnwritable({ ats, model: body.model, path: body.path });
    const saved = await this.mappings.save(accountId, place, body.path);
    if (saved) return this.toDto(saved);
    throw new HubError('conflict', { detail: `There are ${MOST_KEYS} mappings for this model in this scope already.` });
  }

  async list(accountId: string, { limit, cursor, ...filter }: ListFieldMappingsDto): Promise<Page<FieldMappingDto>> {
    const [after] = decodeCursor(cursor, 1) ?? [];
    const rows = await this.mappings.findPage(accountId, filter, { after: after ?? null, limit: limit + 1 });
    const data = rows.slice(0, limit).map((row) => this.toDto(row));
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }

  /** @throws HubError not_found. */
  async remove(accountId: string, id: string): Promise<void> {
    if (!isId('fieldMapping', id) || !(await this.mappings.remove(accountId, id))) throw new HubError('not_found');
  }

  private async placeOf(accountId: string, body: SaveFieldMappingDto): Promise<MappingPlace & { ats: string | null }> {
    const { scope, provider = null, integrationId = null, model, key, direction = 'READ' } = body;
    const place = { scope, provider, integrationId, model, key, direction };
    if (scope !== 'PROVIDER' && provider !== null) throw invalid('provider', `goes with the scope PROVIDER only`);
    if (scope !== 'INTEGRATION' && integrationId !== null) {
      throw invalid('integrationId', 'goes with the scope INTEGRATION only');
    }
    if (scope === 'PROVIDER' && !this.connectors.find(provider ?? '')) {
      throw invalid('provider', 'must be an ATS this hub has a connector for; see GET /v1/connectors');
    }
    if (scope !== 'INTEGRATION') return { ...place, ats: provider };
    return { ...place, ats: await this.providerOf(accountId, integrationId) };
  }

  private async providerOf(accountId: string, integrationId: string | null): Promise<string> {
    try {
      return (await this.integrations.get(accountId, integrationId ?? '')).provider;
    } catch (error) {
      if (error instanceof HubError && error.code === 'not_found') {
        throw invalid('integrationId', 'must be an integration of this account');
      }
      throw error;
    }
  }

  private refuseUnwritable(wanted: PathOf): void {
    const problem = this.writable.problemOf(wanted);
    if (problem !== null) throw invalid('path', problem);
  }

  private toDto({ createdAt, updatedAt, ats, ...row }: FieldMappingRow): FieldMappingDto {
    const writtenBy =
      row.direction === 'READ' ? [] : this.writable.actionsFor({ ats, model: row.model, path: row.path });
    return {
      ...row,
      readable: row.direction !== 'WRITE',
      writable: writtenBy.length > 0,
      writtenBy,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

function refuseBadPath(path: string): void {
  try {
    parseJsonPath(path);
  } catch (error) {
    if (!(error instanceof BadPath)) throw error;
    const where = error.position === null ? '' : ` at character ${error.position}`;
    throw invalid('path', `is no JSONPath (RFC 9535): ${error.message}${where}`);
  }
}

function invalid(path: string, message: string): HubError {
  return new HubError('invalid_input', { detail: `${path} ${message}.`, errors: [{ path, message }] });
}
