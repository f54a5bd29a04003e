import type { ModelName, RecordsByModel } from '#libs/model';
import type { z } from 'zod';
import type { Query } from './api-http.js';
import type { NamedId } from './names.js';
import type { Paging } from './paging.js';

/** Where a list is. */
export interface Listing {
  path: string;
  query?: Query;
  pages: Paging;
  /**
   * What asks only for what changed at or after a moment (RFC 3339, UTC). Absent: every sync reads the whole list and
   * compares.
   */
  since?(moment: string): Query;
  /** Reads single records by their ids, at most `most` at a time. */
  byIds?: { query(remoteIds: readonly string[]): Query; most: number };
  /** Reads the records that belong to others, e.g. the attachments of candidates. */
  byParents?: Partial<Record<ModelName, { query(remoteIds: readonly string[]): Query; most: number }>>;
  /** Ids in the rows whose names stand in other lists; `wire` sees the rows with the names in them. */
  names?: readonly NamedId[];
}

interface ResourceBase {
  /** A key of the version's permissions. */
  permission: string;
  list: Listing;
}

/** Rows that become records of their own. */
export interface RecordResource<M extends ModelName = ModelName> extends ResourceBase {
  kind: 'records';
  model: M;
  /** The fields of the model that this ATS gives; the others are null or empty, and coverage says so. */
  covers: readonly (keyof RecordsByModel[M] & string)[];
  /** Names only the fields `map` reads. */
  wire: z.ZodType;
  /** Pure and total: no I/O, no clock, no throw for what `wire` accepts. */
  map(wire: never): RecordsByModel[M];
}

/** One row of a part: what it adds to which record. */
export interface MappedPart {
  parentRemoteId: string;
  remoteId: string;
  /** An element of the parent's list (text where the list is one of ids), or (shape `fields`) the fields of the parent it sets. */
  value: Record<string, unknown> | string;
}

/** Rows the ATS keeps apart that are, in our words, a part of a record: the educations of a candidate. */
export interface PartResource extends ResourceBase {
  kind: 'part';
  /** Names the part within the version, e.g. `candidate_educations`. */
  name: string;
  of: ModelName;
  /**
   * `list`: the rows, in order of their ids, are the list `field`; parts with the same `field` are joined in the order of
   * their names. `fields`: one row per parent, whose values become fields.
   */
  shape: 'list' | 'fields';
  field?: string;
  covers: readonly string[];
  wire: z.ZodType;
  /** null for a row that adds nothing. */
  map(wire: never): MappedPart | null;
}

export type Resource = RecordResource | PartResource;

/** Declares a resource; `map` gets what `wire` puts out. */
export function defineResource<M extends ModelName, W extends z.ZodType>(
  resource: Omit<RecordResource<M>, 'kind' | 'wire' | 'map'> & { wire: W; map(wire: z.output<W>): RecordsByModel[M] },
): RecordResource {
  return { kind: 'records', ...resource } as unknown as RecordResource;
}

/** Declares a part of a record. */
export function definePart<W extends z.ZodType>(
  part: Omit<PartResource, 'kind' | 'wire' | 'map'> & { wire: W; map(wire: z.output<W>): MappedPart | null },
): PartResource {
  return { kind: 'part', ...part } as unknown as PartResource;
}
