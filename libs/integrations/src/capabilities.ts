import type { AssessmentsPart, Connector } from '#libs/connector-kit';

export type Support = 'SUPPORTED' | 'UNSUPPORTED';

/** What an ATS can do through the hub, by name; a call on what is UNSUPPORTED is answered 501. */
export interface Capabilities {
  /** It orders assessments from us. */
  assessments: Support;
  /** It can take an order back. */
  assessmentCancellation: Support;
  /** It is told of every change of state, not only of results. */
  assessmentProgress: Support;
  /** It says what it did not like about our answers. */
  responseErrors: Support;
  /** Its records can be read. */
  records: Support;
  /** Something can be done in it. */
  actions: Support;
  /** It tells of changes by webhook. */
  providerWebhooks: Support;
}

/** Derived from the declaration alone. A connector that is no longer there can do nothing. */
export function capabilitiesOf(connector: Connector | undefined): Capabilities {
  const part = connector?.assessments;
  const versions = Object.values(connector?.api?.versions ?? {});
  return {
    assessments: support(part !== undefined),
    assessmentCancellation: support(hasRoute(part, 'cancelOrder')),
    assessmentProgress: support(part?.result.on === 'everyChange'),
    responseErrors: support(hasRoute(part, 'reportError')),
    records: support(versions.some(({ resources }) => resources.length > 0)),
    actions: support(versions.some(({ actions }) => Object.keys(actions).length > 0)),
    providerWebhooks: support(connector?.api?.webhooks !== undefined),
  };
}

function hasRoute(part: AssessmentsPart | undefined, action: string): boolean {
  return part?.routes.some((route) => route.action === action) ?? false;
}

function support(is: boolean): Support {
  return is ? 'SUPPORTED' : 'UNSUPPORTED';
}
