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

const KEY = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Fields of an account's own, out of what its ATSs send. */
@Injectable()
export class FieldMappingsService {
  constructor(
    private readonly mappings: FieldMappingsRepository,
    private readonly connectors: ConnectorRegistry,
    private readonly integrations: IntegrationsService,
  ) {}

  /** Makes or replaces the mapping of a key. @throws HubError invalid_input, conflict for one key too many. */
  async save(accountId: string, body: SaveFieldMappingDto): Promise<FieldMappingDto> {
    if (!KEY.test(body.key)) throw invalid('key', 'must be a letter, then letters, digits and _');
    refuseBadPath(body.path);
    const saved = await this.mappings.save(accountId, await this.placeOf(accountId, body), body.path);
    if (saved) return toDto(saved);
    throw new HubError('conflict', { detail: `There are ${MOST_KEYS} mappings for this model in this scope already.` });
  }

  async list(accountId: string, { limit, cursor, ...filter }: ListFieldMappingsDto): Promise<Page<FieldMappingDto>> {
    const [after] = decodeCursor(cursor, 1) ?? [];
    const rows = await this.mappings.findPage(accountId, filter, { after: after ?? null, limit: limit + 1 });
    const data = rows.slice(0, limit).map(toDto);
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }

  /** @throws HubError not_found. */
  async remove(accountId: string, id: string): Promise<void> {
    if (!isId('fieldMapping', id) || !(await this.mappings.remove(accountId, id))) throw new HubError('not_found');
  }

  private async placeOf(accountId: string, body: SaveFieldMappingDto): Promise<MappingPlace> {
    const { scope, provider = null, integrationId = null, model, key, direction = 'READ' } = body;
    const rest = { model, key, direction };
    if (scope !== 'PROVIDER' && provider !== null) throw invalid('provider', `goes with the scope PROVIDER only`);
    if (scope !== 'INTEGRATION' && integrationId !== null) {
      throw invalid('integrationId', 'goes with the scope INTEGRATION only');
    }
    if (scope === 'PROVIDER' && !this.connectors.find(provider ?? '')) {
      throw invalid('provider', 'must be an ATS this hub has a connector for; see GET /v1/connectors');
    }
    if (scope === 'INTEGRATION') await this.requireIntegration(accountId, integrationId);
    return { scope, provider, integrationId, ...rest };
  }

  private async requireIntegration(accountId: string, id: string | null): Promise<void> {
    try {
      await this.integrations.get(accountId, id ?? '');
    } catch (error) {
      if (error instanceof HubError && error.code === 'not_found') {
        throw invalid('integrationId', 'must be an integration of this account');
      }
      throw error;
    }
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

function toDto({ createdAt, updatedAt, ...row }: FieldMappingRow): FieldMappingDto {
  return { ...row, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

function invalid(path: string, message: string): HubError {
  return new HubError('invalid_input', { detail: `${path} ${message}.`, errors: [{ path, message }] });
}
