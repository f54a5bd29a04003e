/**
 * ISSUE: something the customer has to put right, `statusReason` says what. NEEDS_RELINK: the ATS no longer takes the
 * credentials, the customer has to connect again. SETUP_REQUESTED: an operator is asked to connect it. DISCONNECTED: deleted,
 * or its connection was ended on purpose; its records stay readable.
 */
export const INTEGRATION_STATUSES = ['ACTIVE', 'ISSUE', 'NEEDS_RELINK', 'SETUP_REQUESTED', 'DISCONNECTED'] as const;
export type IntegrationStatus = (typeof INTEGRATION_STATUSES)[number];

export interface IntegrationSettings {
  /** Report expired, rejected and cancelled assessments to the ATS as finished. */
  reportClosed: boolean;
  /** Plain host names the ATS may be called on, beside those its connector allows. */
  allowedCallbackHosts: string[];
  /** The vendor's own id of a package. */
  defaultPackageId: string | null;
}

/** One customer's ATS as one account sees it; (account, provider, originOrgId) is one integration. */
export interface IntegrationRow {
  id: string;
  accountId: string;
  provider: string;
  originOrgId: string;
  originOrgName: string;
  status: IntegrationStatus;
  statusReason: string | null;
  reportClosed: boolean;
  allowedCallbackHosts: string[];
  defaultPackageId: string | null;
  createdAt: Date;
  deletedAt: Date | null;
}

/** The customer an integration is for. */
export interface Origin {
  accountId: string;
  provider: string;
  originOrgId: string;
  originOrgName: string;
}
