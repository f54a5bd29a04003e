import { Injectable } from '@nestjs/common';
import { SCOPES, type Scope } from '#libs/http';
import { newId } from '#libs/model';
import { Database, type Queryable } from '#libs/store';
import type { AccountDto } from './accounts.dto.js';
import { newApiKey, newPartnerToken } from './api-key.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** A new account with its first key, which is shown only here. */
export interface CreatedAccount {
  id: string;
  name: string;
  apiKey: string;
}

/** What an ATS's addresses and the set-up e-mail need to know of an account. */
export interface PartnerAccount {
  name: string;
  /** Stands in the account's partner base URL; unguessable, but no secret that lets anybody in. */
  partnerToken: string;
}

interface AccountRow {
  id: string;
  name: string;
  partner_token: string;
  created_at: Date;
}

const FIRST_ACCOUNT = 'Default';
const ACCOUNT_SCOPES: readonly Scope[] = SCOPES.filter((scope) => scope !== 'accounts:write');

/** Accounts: one per vendor on the hub, nothing of one visible to another. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeysRepository,
  ) {}

  /** A new account; its key, a generated one unless given, has every scope but `accounts:write`. */
  async create(name: string, apiKey: string = newApiKey()): Promise<CreatedAccount> {
    const id = await this.database.transaction((tx) => this.insert(tx, { name, apiKey, scopes: ACCOUNT_SCOPES }));
    return { id, name, apiKey };
  }

  /**
   * Called at every start. On an empty database makes the first account with the wanted key, or a generated one, which
   * may do everything; `apiKey` is null when the account was there already. Starters that come at once make one.
   */
  async bootstrap(wanted: string | null): Promise<{ accountId: string; apiKey: string | null }> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('atsume_bootstrap'))`);
      const [first] = await tx.query<{ id: string }>('SELECT id FROM accounts ORDER BY created_at, id LIMIT 1');
      if (first) return { accountId: first.id, apiKey: null };
      const apiKey = wanted ?? newApiKey();
      const accountId = await this.insert(tx, { name: FIRST_ACCOUNT, apiKey, scopes: SCOPES });
      return { accountId, apiKey };
    });
  }

  async get(accountId: string): Promise<AccountDto> {
    return toAccount(await this.only('SELECT * FROM accounts WHERE id = $1', [accountId]));
  }

  async rename(accountId: string, name: string): Promise<AccountDto> {
    return toAccount(await this.only('UPDATE accounts SET name = $2 WHERE id = $1 RETURNING *', [accountId, name]));
  }

  /** What the account's partner address and set-up e-mails are made from. */
  async getPartner(accountId: string): Promise<PartnerAccount> {
    const { name, partner_token } = await this.only('SELECT * FROM accounts WHERE id = $1', [accountId]);
    return { name, partnerToken: partner_token };
  }

  private async only(statement: string, values: readonly unknown[]): Promise<AccountRow> {
    const [row] = await this.database.query<AccountRow>(statement, values);
    // Accounts are never deleted, so who calls has one.
    if (!row) throw new Error('the account of a caller is gone');
    return row;
  }

  private async insert(
    tx: Queryable,
    { name, apiKey, scopes }: { name: string; apiKey: string; scopes: readonly Scope[] },
  ): Promise<string> {
    const id = newId('account');
    await tx.query('INSERT INTO accounts (id, name, partner_token) VALUES ($1, $2, $3)', [id, name, newPartnerToken()]);
    await this.keys.insert(tx, { accountId: id, name: 'First key', apiKey, scopes });
    return id;
  }
}

function toAccount({ id, name, created_at }: AccountRow): AccountDto {
  return { id, name, createdAt: created_at.toISOString() };
}
