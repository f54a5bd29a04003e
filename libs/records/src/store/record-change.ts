import type { ModelName } from '#libs/model';

/** Whose records: one integration of one account. */
export interface RecordScope {
  accountId: string;
  integrationId: string;
  /**
   * When rows about to be saved were asked for, if that is known: one that the ATS said to be deleted after this moment is
   * not brought back by them.
   */
  readAt?: Date;
}

/** A record as the mirror keeps it. */
export interface StoredRecord {
  id: string;
  integrationId: string;
  model: ModelName;
  remoteId: string;
  /** The mapped record with its parts in it: remote ids only, and addresses of files as the ATS gave them. */
  data: Record<string, unknown>;
  firstSeenAt: Date;
  changedAt: Date;
  deletedAt: Date | null;
}

/** Old and new values by field. */
export type FieldChanges = Record<string, { from: unknown; to: unknown }>;

/** One record that is not what it was before. */
export interface RecordChange {
  /** `new`: seen for the first time, or again after it was deleted. */
  kind: 'new' | 'modified' | 'deleted';
  model: ModelName;
  id: string;
  remoteId: string;
  /** The fields that differ; empty for `new` and `deleted`. */
  changes: FieldChanges;
  /** As {@link StoredRecord.data}, after the change. Not for the outside: `toRecordView` is. */
  record: Record<string, unknown>;
  /** The whole row, for `toRecordView`. */
  stored: StoredRecord;
  /** The remote id under which a deleted record lives on, when the ATS merged two. */
  mergedInto?: string;
}

/** A row that was put aside. */
export interface UnreadableRow {
  remoteId: string | null;
  /** Sentences that name fields and what is wrong with them, never their values. */
  reason: string;
}

/** What became of the rows of a page. */
export interface SavedPage {
  changes: RecordChange[];
  /** Rows that told nothing new, older ones among them. */
  unchanged: number;
  unreadable: UnreadableRow[];
  /** The ids of all readable rows, changed or not. Of parts: their own ids, not their parents'. */
  remoteIds: string[];
}
