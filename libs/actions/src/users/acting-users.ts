import { Injectable } from '@nestjs/common';
import type { Action } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { isRecordId } from '#libs/model';
import { RecordReader, type RecordScope } from '#libs/records';
import { UserMappingsRepository } from './user-mappings.repository.js';

/** Who an action is done for. */
export interface ActingUser {
  /** The ATS's id; null when the credentials decide. */
  remoteId: string | null;
  warnings: string[];
}

/** Finds the users of an ATS that things are done for. */
@Injectable()
export class ActingUsers {
  constructor(
    private readonly mappings: UserMappingsRepository,
    private readonly reader: RecordReader,
  ) {}

  /**
   * `asked` is our id of a user of the ATS, or the product's own id of one that is mapped.
   * @throws HubError invalid_input for one that is neither, or where the ATS needs one and there is none.
   */
  async resolve(scope: RecordScope, rule: Action['onBehalfOf'], asked: string | undefined): Promise<ActingUser> {
    if (rule === 'unused') {
      const warning = 'onBehalfOf makes no difference to this; it was done as the user behind the credentials.';
      return { remoteId: null, warnings: asked === undefined ? [] : [warning] };
    }
    if (asked !== undefined) return { remoteId: await this.remoteIdOf(scope, asked), warnings: [] };
    if (rule === 'optional') return { remoteId: null, warnings: [] };
    const byDefault = await this.mappings.findDefault(scope);
    if (byDefault === null) {
      throw refused('is required by this ATS: name a user, or set the default user of the integration');
    }
    return { remoteId: await this.remoteIdOf(scope, byDefault), warnings: [] };
  }

  private async remoteIdOf(scope: RecordScope, asked: string): Promise<string> {
    const userId = isRecordId('users', asked) ? asked : await this.mappedUser(scope, asked);
    const [user] = await this.reader.find(scope, [userId]);
    if (user?.model !== 'users') throw refused('is no user of this integration that the hub knows');
    if (user.deletedAt !== null) throw refused('is a user who is gone from the ATS');
    return user.remoteId;
  }

  private async mappedUser(scope: RecordScope, externalUserId: string): Promise<string> {
    let mapping = await this.mappings.find(scope, externalUserId);
    if (mapping?.userId === null) {
      await this.mappings.match(scope, [externalUserId]);
      mapping = await this.mappings.find(scope, externalUserId);
    }
    if (mapping?.userId) return mapping.userId;
    throw refused(
      mapping ? 'is mapped to an address that no user of the ATS has' : 'is neither the id of a user nor mapped to one',
    );
  }
}

function refused(message: string): HubError {
  return new HubError('invalid_input', { detail: `onBehalfOf ${message}.`, errors: [{ path: 'onBehalfOf', message }] });
}
