import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type RecordListener, RecordHooks } from '#libs/records';
import { AttachmentFiles } from './attachments/attachment-files.js';
import { type SeenVia, Transitions } from './transitions/transitions.js';

/** What follows from changes of records besides their events, whoever found them; in the same transaction. */
@Injectable()
export class FollowUps implements OnModuleInit {
  constructor(
    private readonly hooks: RecordHooks,
    private readonly transitions: Transitions,
    private readonly files: AttachmentFiles,
  ) {}

  onModuleInit(): void {
    const listener: RecordListener = async (tx, scope, changes, about) => {
      await this.transitions.record(tx, scope, changes, seenVia(about));
      return this.files.request(tx, scope, changes);
    };
    this.hooks.onChanged(listener);
  }
}

function seenVia({ syncType, cause }: Parameters<RecordListener>[3]): SeenVia {
  if (syncType !== 'real_time' || cause === 'sync') return 'SYNC';
  return cause === 'action' ? 'HUB_WRITE' : 'UPSTREAM_WEBHOOK';
}
