import type { ActionInputs, ActionName, ActionOutcome, ModelName } from '#libs/model';
import type { ApiReply, ApiRequest } from './api-http.js';

/** What an action works with. */
export interface ActionContext {
  /**
   * Sends a request and gives back a 2xx answer; anything else ends the action with the error that fits. In a dry run
   * the first request that writes is not sent and ends the action; what only reads is sent.
   */
  send(request: ApiRequest): Promise<ApiReply>;
  /** The ATS's id of the user to act as, or null. */
  onBehalfOf: string | null;
}

/** Ends an action because of what the ATS's state or the input does not allow; becomes a 422 (`path`) or 409. */
export class ActionRefused extends Error {
  constructor(
    /** One sentence for the caller. */
    message: string,
    /** The field of the input that is wrong, or null when it is the state of the record. */
    readonly path: string | null = null,
  ) {
    super(message);
    this.name = 'ActionRefused';
  }
}

/**
 * A place in the ATS's rows that an action can write to, so that fields of a customer's own are read and written by the same
 * path. What is written becomes an entry `{ key, value }` of a list of the input.
 */
export interface RowPlace {
  /** Whose rows. */
  model: ModelName;
  /**
   * A JSONPath into such a row, made of names and of filters `[?@.name == 'text']`; in one of them `{key}` stands for any text:
   * `$.custom_fields['{key}'].value`, `$.answers[?@.question == '{key}'].text`.
   */
  at: string;
  /** The list of the input, dotted. */
  input: 'candidate.customFields' | 'candidate.otherFields' | 'application.customFields';
  /** The key of the entry, where there is no `{key}`. */
  key?: string;
}

/** One thing that can be done in the ATS. */
export interface Action<N extends ActionName = ActionName> {
  /** A key of the version's permissions. */
  permission: string;
  /** The fields of the input that this ATS takes, dotted; others are refused as unsupported. */
  takes: readonly string[];
  /** Those of them it cannot do without. */
  needs: readonly string[];
  /** Where in the ATS's rows it can write besides; none where it is left out. */
  places?: readonly RowPlace[];
  /** Fields whose values are closed: the words, or the records whose ids they are. */
  choices?: Readonly<Record<string, readonly string[] | { model: ModelName }>>;
  onBehalfOf: 'required' | 'optional' | 'unused';
  /** What else the ATS does when this happens, one sentence each: e-mails it sends, rules it runs. */
  effects: readonly string[];
  run(input: ActionInputs[N], context: ActionContext): Promise<ActionOutcome>;
}

export type Actions = { readonly [N in ActionName]?: Action<N> };
