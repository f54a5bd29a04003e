import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import type { CallerIdentity, Scope } from '#libs/http';
import { isId, type Page } from '#libs/model';
import { Database, decodeCursor, encodeCursor, type Queryable } from '#libs/store';
import { newApiKey } from './api-key.js';
import type { ApiKeyDto, ApiKeyWithSecretDto } from './api-keys.dto.js';
import { type ApiKeyRow, ApiKeysRepository } from './api-keys.repository.js';

/** Scopes of which an account must keep one live key: without it nobody could ever hand them out again. */
const KEPT: readonly Scope[] = ['api-keys:write', 'accounts:write'];

/** The keys of an account: made, listed, rotated, revoked. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeysRepository,
  ) {}

  /** Without `scopes` the new key gets those of the caller, `accounts:write` left out. */
  async create(caller: CallerIdentity, wanted: { name?: string; scopes?: Scope[] }): Promise<ApiKeyWithSecretDto> {
    const scopes = [...new Set(wanted.scopes ?? caller.scopes.filter((scope) => scope !== 'accounts:write'))];
    if (scopes.length === 0) {
      throw new HubError('invalid_input', { errors: [{ path: 'scopes', message: 'must have at least one entry' }] });
    }
    refuseMoreThanOwn(caller, scopes);
    const apiKey = newApiKey();
    const { accountId } = caller;
    const row = await this.keys.insert(this.database, { accountId, name: wanted.name ?? null, apiKey, scopes });
    return { ...toApiKey(row), apiKey };
  }

  async list(accountId: string, page: { limit: number; cursor?: string }): Promise<Page<ApiKeyDto>> {
    const [before] = decodeCursor(page.cursor, 1) ?? [null];
    const rows = await this.keys.findPage(accountId, before ?? null, page.limit + 1);
    const data = rows.slice(0, page.limit).map(toApiKey);
    return { data, nextCursor: rows.length > page.limit ? encodeCursor(data.at(-1)!.id) : null };
  }

  /** The same id with a new key. A caller cannot take over a key that may do more than its own. */
  rotate(caller: CallerIdentity, id: string, overlapSeconds: number): Promise<ApiKeyWithSecretDto> {
    return this.database.transaction(async (tx) => {
      const { accountId } = caller;
      const live = await this.keys.lockLive(tx, accountId);
      const key = live.find((candidate) => candidate.id === id);
      if (!key) {
        await this.refuseUnknown(tx, accountId, id);
        throw new HubError('conflict', { detail: 'This API key was revoked; make a new one instead.' });
      }
      refuseMoreThanOwn(caller, key.scopes);
      const apiKey = newApiKey();
      const row = await this.keys.replace(tx, { accountId, id, apiKey, overlapSeconds });
      return { ...toApiKey(row), apiKey };
    });
  }

  /** Ends a key and what its rotation left over, at once; a second call changes nothing. */
  revoke(accountId: string, id: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const live = await this.keys.lockLive(tx, accountId);
      const key = live.find((candidate) => candidate.id === id);
      if (!key) return this.refuseUnknown(tx, accountId, id);
      refuseLast(key, live);
      await this.keys.revoke(tx, accountId, id);
    });
  }

  private async refuseUnknown(tx: Queryable, accountId: string, id: string): Promise<void> {
    if (!isId('apiKey', id) || !(await this.keys.exists(tx, accountId, id))) throw new HubError('not_found');
  }
}

function refuseMoreThanOwn(caller: CallerIdentity, scopes: readonly Scope[]): void {
  const more = scopes.filter((scope) => !caller.scopes.includes(scope));
  if (more.length === 0) return;
  throw new HubError('scope_missing', {
    detail: `This API key cannot hand out what it does not have: ${more.join(', ')}.`,
    errors: [{ path: 'scopes', message: `more than the calling key has: ${more.join(', ')}` }],
  });
}

function refuseLast(key: ApiKeyRow, live: readonly ApiKeyRow[]): void {
  const last = KEPT.find(
    (scope) => key.scopes.includes(scope) && !live.some(({ id, scopes }) => id !== key.id && scopes.includes(scope)),
  );
  if (last) {
    throw new HubError('conflict', {
      detail: `This is the account's only live API key with the scope ${last}; make another one first.`,
    });
  }
}

function toApiKey(row: ApiKeyRow): ApiKeyDto {
  const { previousNotAfter } = row;
  const inOverlap = row.revokedAt === null && previousNotAfter !== null && previousNotAfter.getTime() > Date.now();
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    lastFour: row.lastFour,
    scopes: row.scopes,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    previousKeyValidUntil: inOverlap ? previousNotAfter.toISOString() : null,
  };
}
