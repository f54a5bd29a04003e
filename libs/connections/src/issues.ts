import type { ApiVersion } from '#libs/connector-kit';
import type { ConnectionRow } from './connection.js';
import { permissionsOf } from './connection-view.js';
import type { IssueDto } from './connections.dto.js';

interface Situation {
  /** The ATS as people write it. */
  ats: string;
  integration: { status: string; statusReason: string | null };
  row: ConnectionRow | null;
  version: ApiVersion | undefined;
  isConsent: boolean;
}

/** What is wrong between a customer and its ATS, in the order in which to put it right. Pure. */
export function issuesOf(situation: Situation): IssueDto[] {
  const { ats, integration, row } = situation;
  if (integration.status === 'SETUP_REQUESTED') return [SETUP(ats)];
  if (row === null || row.state === 'DISCONNECTED') return otherIssue(situation);
  if (row.state === 'NEEDS_RELINK') return [relink(ats, row)];
  return [...refreshIssue(ats, row), ...permissionIssues(situation, row), ...otherIssue(situation)];
}

const SETUP = (ats: string): IssueDto => ({
  code: 'setup_requested',
  title: `${ats} is not connected yet.`,
  remedy: 'Nothing for now: whoever was asked to set it up will finish it.',
  permission: null,
});

function relink(ats: string, { stateReason }: ConnectionRow): IssueDto {
  return {
    code: 'needs_relink',
    title: `${ats} no longer accepts the connection.${stateReason === null ? '' : ` ${stateReason}`}`,
    remedy: `Connect ${ats} again. What was read before stays.`,
    permission: null,
  };
}

function refreshIssue(ats: string, { refreshError }: ConnectionRow): IssueDto[] {
  if (refreshError === null) return [];
  return [
    {
      code: 'token_refresh_failing',
      title: `${ats} gives out no new token at the moment: ${refreshError}`,
      remedy: 'The hub goes on trying. If it lasts, look whether the OAuth client still stands in the ATS.',
      permission: null,
    },
  ];
}

function permissionIssues({ ats, version, isConsent }: Situation, row: ConnectionRow): IssueDto[] {
  return permissionsOf(row, version)
    .filter(({ state }) => state === 'MISSING')
    .map(({ permission, label, access }) => ({
      code: 'permission_missing',
      title: `${ats} does not permit ${label} (${access}).`,
      remedy: isConsent
        ? `Connect ${ats} again as a person who may use ${label}, and consent to it.`
        : `In ${ats}, give the credentials the permission ${label} (${access}), then check again.`,
      permission,
    }));
}

/** What other parts of the hub note by a word of theirs: what it means, and what to do about it. */
const NOTED: Readonly<Record<string, (ats: string) => Pick<IssueDto, 'code' | 'title' | 'remedy'>>> = {
  sync_lost_most_records: (ats) => ({
    code: 'sync_lost_most_records',
    title: `Most records of a list of ${ats} were gone at once. The hub has kept them.`,
    remedy:
      `Look whether the credentials still may see everything in ${ats}. ` +
      'If the records really were deleted there, ask for a full sync that accepts deletions.',
  }),
};

/** What another part of the hub says on the integration. */
function otherIssue({ ats, integration: { status, statusReason }, row }: Situation): IssueDto[] {
  if (status !== 'ISSUE' || statusReason === null || statusReason === row?.issue) return [];
  if (Object.hasOwn(NOTED, statusReason)) return [{ ...NOTED[statusReason]!(ats), permission: null }];
  return [
    {
      code: 'integration_issue',
      title: statusReason,
      remedy: `Look at how ${ats} was set up for this customer.`,
      permission: null,
    },
  ];
}
