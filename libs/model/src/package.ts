export const PACKAGE_STATUSES = ['DRAFT', 'ACTIVE', 'ARCHIVED'] as const;
export type PackageStatus = (typeof PACKAGE_STATUSES)[number];

/** One test the vendor offers. `id` is the vendor's own and is what the ATS shows and sends back. */
export interface AssessmentPackage {
  id: string;
  name: string;
  description: string | null;
  /** Free word; SKILLS_TEST, CODING_CHALLENGE, PERSONALITY, VIDEO_INTERVIEW … are usual. */
  type: string | null;
  status: PackageStatus;
  maxScore: number | null;
  passScore: number | null;
  durationMinutes: number | null;
  /** The integrations it is offered to; null means all of the account. */
  integrationIds: string[] | null;
  metaData: Record<string, unknown> | null;
  createdAt: string;
  updatedAt: string;
}
