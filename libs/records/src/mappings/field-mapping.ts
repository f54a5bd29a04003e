import type { ModelName } from '#libs/model';

/** Whose records a mapping is for: all of the account, those of one ATS, those of one integration. The narrower wins. */
export const MAPPING_SCOPES = ['ACCOUNT', 'PROVIDER', 'INTEGRATION'] as const;
export type MappingScope = (typeof MAPPING_SCOPES)[number];

/** Which way values go: out of the ATS's rows, into what is written to it, or both. */
export const MAPPING_DIRECTIONS = ['READ', 'WRITE', 'BOTH'] as const;
export type MappingDirection = (typeof MAPPING_DIRECTIONS)[number];

/** Where a mapping stands: one per key and way. */
export interface MappingPlace {
  scope: MappingScope;
  provider: string | null;
  integrationId: string | null;
  model: ModelName;
  direction: MappingDirection;
  key: string;
}

export interface FieldMappingRow extends MappingPlace {
  id: string;
  path: string;
  /** The ATS whose records these are; null for those of the account. */
  ats: string | null;
  createdAt: Date;
  updatedAt: Date;
}
