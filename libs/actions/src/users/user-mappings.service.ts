import { Injectable } from '@nestjs/common';
import { type FieldError, HubError } from '#libs/errors';
import { IntegrationsService } from '#libs/integrations';
import { isRecordId, type Page } from '#libs/model';
import { RecordReader, type RecordScope } from '#libs/records';
import { Database, decodeCursor, encodeCursor, type Queryable } from '#libs/store';
import { ADDRESS, readUsers } from './user-csv.js';
import type { UserMapping, WantedMapping } from './user-mapping.js';
import type {
  DefaultUserDto,
  ImportReplyDto,
  ListUserMappingsDto,
  MatchReplyDto,
  SaveUserMappingDto,
  UserMappingDto,
} from './user-mappings.dto.js';
import { MOST_MAPPINGS, UserMappingsRepository } from './user-mappings.repository.js';

const MOST_ERRORS_SHOWN = 1_000;

/** Keeps who the users of a product are in its customers' ATSs. */
@Injectable()
export class UserMappingsService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsService,
    private readonly mappings: UserMappingsRepository,
    private readonly reader: RecordReader,
  ) {}

  /** @throws HubError not_found for the integration. */
  async list(scope: RecordScope, { limit, cursor, isMatched }: ListUserMappingsDto): Promise<Page<UserMappingDto>> {
    const [after] = decodeCursor(cursor, 1) ?? [];
    await this.integrations.get(scope.accountId, scope.integrationId);
    const wanted = { after: after ?? null, isMatched: isMatched ?? null, limit: limit + 1 };
    const rows = await this.mappings.findPage(scope, wanted);
    const data = rows.slice(0, limit).map(toDto);
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.externalUserId) : null };
  }

  /** Makes or replaces one. @throws HubError not_found, invalid_input, conflict. */
  async save(scope: RecordScope, { externalUserId, userId, email }: SaveUserMappingDto): Promise<UserMappingDto> {
    await this.integrations.require(scope.accountId, scope.integrationId);
    if ((userId === undefined) === (email === undefined)) {
      throw invalid('userId', 'or else email has to be given, and only one of them');
    }
    if (email !== undefined && !ADDRESS.test(email)) throw invalid('email', 'must be an e-mail address');
    if (userId !== undefined) await this.requireUser(scope, userId);
    const wanted = { externalUserId, userId: userId ?? null, email: email ?? null };
    await this.database.transaction((tx) => this.store(tx, scope, [wanted]));
    return toDto((await this.mappings.find(scope, externalUserId))!);
  }

  /** @throws HubError not_found. */
  async remove(scope: RecordScope, externalUserId: string): Promise<void> {
    if (!(await this.mappings.remove(scope, externalUserId))) throw new HubError('not_found');
  }

  /** Looks for users with the addresses of all mappings. @throws HubError not_found, conflict. */
  async match(scope: RecordScope): Promise<MatchReplyDto> {
    await this.integrations.require(scope.accountId, scope.integrationId);
    const matched = await this.mappings.match(scope, null);
    return { matched, unmatched: (await this.mappings.count(scope)).unmatched };
  }

  /** Takes the good lines of a file. @throws HubError not_found, invalid_input for what is no such file, conflict. */
  async import(scope: RecordScope, bytes: Buffer): Promise<ImportReplyDto> {
    await this.integrations.require(scope.accountId, scope.integrationId);
    const { users, errors } = readUsers(bytes);
    const { matched, unmatched } = await this.database.transaction(async (tx) => ({
      matched: await this.store(tx, scope, users),
      unmatched: (await this.mappings.count(scope, tx)).unmatched,
    }));
    const shown = errors.slice(0, MOST_ERRORS_SHOWN);
    return { imported: users.length, refused: errors.length, matched, unmatched, errors: shown };
  }

  /** @throws HubError not_found. */
  async getDefault(scope: RecordScope): Promise<DefaultUserDto> {
    await this.integrations.get(scope.accountId, scope.integrationId);
    return { userId: await this.mappings.findDefault(scope) };
  }

  /** Null for none. @throws HubError not_found, conflict, invalid_input. */
  async setDefault(scope: RecordScope, userId: string | null): Promise<DefaultUserDto> {
    await this.integrations.require(scope.accountId, scope.integrationId);
    if (userId !== null) await this.requireUser(scope, userId);
    await this.mappings.saveDefault(scope, userId);
    return { userId };
  }

  /** Saves and matches; how many found their user. */
  private async store(tx: Queryable, scope: RecordScope, wanted: readonly WantedMapping[]): Promise<number> {
    await this.mappings.save(tx, scope, wanted);
    if ((await this.mappings.count(scope, tx)).total > MOST_MAPPINGS) {
      throw new HubError('conflict', { detail: `An integration has at most ${MOST_MAPPINGS} user mappings.` });
    }
    const only = wanted.map(({ externalUserId }) => externalUserId);
    return this.mappings.match(scope, only, tx);
  }

  private async requireUser(scope: RecordScope, userId: string): Promise<void> {
    const [user] = isRecordId('users', userId) ? await this.reader.find(scope, [userId]) : [];
    if (user?.model !== 'users' || user.deletedAt !== null) {
      throw invalid('userId', 'is no user of this integration that the hub knows');
    }
  }
}

function toDto({ createdAt, updatedAt, ...mapping }: UserMapping): UserMappingDto {
  return { ...mapping, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

function invalid(path: string, message: string): HubError {
  const errors: FieldError[] = [{ path, message }];
  return new HubError('invalid_input', { detail: `${path} ${message}.`, errors });
}
