/** What a mapping rests on: the caller named the user, or the addresses agree. */
export const MATCHED_BY = ['USER_ID', 'EMAIL'] as const;
export type MatchedBy = (typeof MATCHED_BY)[number];

/** One user of the product, and who that is in the ATS. */
export interface UserMapping {
  externalUserId: string;
  /** Our id of the ATS's user; null while nobody with the address is known. */
  userId: string | null;
  userName: string | null;
  email: string | null;
  matchedBy: MatchedBy | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What a caller says of one user. */
export interface WantedMapping {
  externalUserId: string;
  userId: string | null;
  email: string | null;
}
