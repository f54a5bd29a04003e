import { Injectable } from '@nestjs/common';
import { Connections } from '#libs/connections';
import type { Action } from '#libs/connector-kit';
import { type Access, Engine } from '#libs/engine';
import { HubError } from '#libs/errors';
import { type ActionInputs, type ActionName, type ActionOutcome, type ModelName, recordId } from '#libs/model';
import type { RecordView } from '#libs/records';
import type { ActionSpec } from '../fields/action-spec.js';
import { ActingUsers } from '../users/acting-users.js';
import { problemOf } from './failures.js';
import { InputMaker } from './input-maker.js';
import { Rereading, type ShownRecord } from './rereading.js';
import { Sending } from './sending.js';

/** One call of a caller, checked as far as the API itself can. */
export interface WriteCall {
  accountId: string;
  integrationId: string;
  requestId: string;
  spec: ActionSpec;
  params: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
  onBehalfOf: string | undefined;
  isDryRun: boolean;
}

/** A record that is different now, or new. */
export interface ChangedRecord {
  model: ModelName;
  id: string;
  remoteId: string;
}

export interface WriteReply {
  recordId: string | null;
  remoteId: string | null;
  record: RecordView | null;
  changed: ChangedRecord[];
  effects: readonly string[];
  warnings: string[];
}

export interface DryRunReply {
  dryRun: true;
  wouldSend: { method: string; path: string; body: unknown } | null;
  effects: readonly string[];
  warnings: string[];
}

/** An action that is about to run. */
interface Prepared {
  access: Access;
  action: Action;
  input: ActionInputs[ActionName];
  sending: Sending;
  warnings: string[];
}

/** Does things in customers' ATSs. */
@Injectable()
export class ActionsService {
  constructor(
    private readonly connections: Connections,
    private readonly engine: Engine,
    private readonly inputs: InputMaker,
    private readonly users: ActingUsers,
    private readonly rereading: Rereading,
  ) {}

  /**
   * Checks everything, lets the ATS do it, and reads again what changed.
   *
   * @throws HubError capability_unsupported, permission_missing, unsupported, invalid_input and not_found before anything is
   * sent; conflict, outcome_unknown and what the engine throws after.
   */
  async write(call: WriteCall): Promise<WriteReply | DryRunReply> {
    const prepared = await this.prepare(call);
    const { access, action, sending } = prepared;
    const outcome = await this.run(call.spec, prepared);
    const warnings = [...prepared.warnings, ...(outcome?.warnings ?? [])];
    if (call.isDryRun) return { dryRun: true, wouldSend: shown(sending), effects: action.effects, warnings };
    const { remoteId } = outcome!;
    const record = shownRecord(call.spec, prepared.input, outcome!);
    const reread = await this.rereading.after(access, outcome!, record);
    return {
      recordId: record && recordId(access.integrationId, record.model, record.remoteId),
      remoteId,
      record: reread.record,
      changed: changedRecords(access.integrationId, outcome!),
      effects: action.effects,
      warnings: [...warnings, ...reread.warnings],
    };
  }

  private async prepare({ spec, params, body, onBehalfOf, ...call }: WriteCall): Promise<Prepared> {
    const { accountId, integrationId } = call;
    const access = await this.connections.access(accountId, integrationId);
    const action = requireAction(access, spec.name);
    await this.refuseMissingPermission(access, action);
    const scope = { accountId, integrationId };
    const input = await this.inputs.make({ scope, ats: access.connector.name, spec, action, params, body });
    const acting = await this.users.resolve(scope, action.onBehalfOf, onBehalfOf);
    const options = { isDryRun: call.isDryRun, onBehalfOf: acting.remoteId, requestId: call.requestId };
    const sending = new Sending(this.engine, access, options);
    return { access, action, input: input as ActionInputs[ActionName], sending, warnings: acting.warnings };
  }

  /** What is known to be missing need not be tried. */
  private async refuseMissingPermission(access: Access, { permission }: Action): Promise<void> {
    const { accountId, integrationId, connector } = access;
    if ((await this.connections.isPermitted(accountId, integrationId, permission)) !== 'MISSING') return;
    const label = permissionLabel(access, permission);
    throw new HubError('permission_missing', {
      detail: `${connector.name} has not granted “${label}”. Once it has, check the connection again.`,
    });
  }

  /** Null where a dry run ended it. */
  private async run(spec: ActionSpec, { access, action, input, sending }: Prepared): Promise<ActionOutcome | null> {
    try {
      return await action.run(input, sending);
    } catch (error) {
      if (sending.wouldSend) return null;
      const permission = permissionLabel(access, action.permission);
      throw problemOf(error, { spec, ats: access.connector.name, permission, taken: sending.taken });
    }
  }
}

/** @throws HubError capability_unsupported. */
export function requireAction({ connector, version }: Pick<Access, 'connector' | 'version'>, name: ActionName): Action {
  const action = version.actions[name];
  if (!action) throw new HubError('capability_unsupported', { detail: `${connector.name} does not offer ${name}.` });
  return action;
}

/** A permission as the customer finds it in the ATS. */
export function permissionLabel({ version }: Pick<Access, 'version'>, permission: string): string {
  return version.permissions[permission]?.label ?? permission;
}

function shown({ wouldSend }: Sending): DryRunReply['wouldSend'] {
  if (wouldSend === null) return null;
  const { method, path, json, form } = wouldSend;
  return { method, path, body: json ?? form ?? null };
}

function changedRecords(integrationId: string, { changed }: ActionOutcome): ChangedRecord[] {
  return changed.flatMap(({ model, remoteIds }) =>
    remoteIds.map((remoteId) => ({ model, id: recordId(integrationId, model, remoteId), remoteId })),
  );
}

/** What was made, or what the path names. */
function shownRecord({ shows, params }: ActionSpec, input: object, { remoteId }: ActionOutcome): ShownRecord | null {
  const ofPath = (input as Record<string, unknown>)[params[0]?.input ?? ''];
  const shownId = shows.isMade ? remoteId : ofPath;
  return typeof shownId === 'string' ? { model: shows.model, remoteId: shownId } : null;
}
