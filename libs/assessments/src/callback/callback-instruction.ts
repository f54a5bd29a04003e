/** The kind of internal event that has an ATS told of a change; its payload is a {@link CallbackInstruction} as JSON. */
export const CALLBACK_EVENT = 'assessment.callback';

/** Which change the ATS is told of. The request itself is built when it is sent, with the key that is right then. */
export interface CallbackInstruction {
  provider: string;
  /** A result concerns `writeback`; progress does not. */
  signal: 'result' | 'progress';
  /** The version that was current after the change. */
  version: number;
  /** Milliseconds since 1970, strictly growing per assessment. */
  changedAtMs: number;
}

/** Reads the payload of a {@link CALLBACK_EVENT}. */
export function readInstruction(payload: Buffer): CallbackInstruction {
  return JSON.parse(payload.toString('utf8')) as CallbackInstruction;
}
