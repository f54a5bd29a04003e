import type { SandboxContext, SandboxFault, SandboxRequest, SandboxResponse } from '#libs/connector-kit';

/** Everything that can go wrong on demand. */
const FAULTS = {
  rate_limited: '429 with Retry-After',
  unavailable: '503',
  failing: '500',
  slow: 'An answer after five seconds',
  reset: 'The connection is cut',
  expired_token: '401: the token is dead',
  expired_cursor: 'A cursor is not known any more',
  repeated_page: 'A page comes twice',
  shrunk_page: 'Half of a page is missing',
  bad_record: 'A row with a field of the wrong type',
  private_link: 'A link to a résumé leads into a private network',
  huge_file: 'A file of fifty megabytes',
  dead_link: 'A link to a file is dead before its time',
  truncated_creation: 'A creation answers before it is done',
} as const;

export type FaultName = keyof typeof FAULTS;

const SLOW_MS = 5000;
const MOST = 10_000;

interface Due {
  left: number;
  /** Only requests whose path contains it. */
  path: string;
  /** Of `slow`: how long; of `rate_limited`: what Retry-After says, in seconds. */
  ms: number;
}

type Faults = Map<FaultName, Due>;

/** Tells whether a request of this path is to meet the fault, and counts it. */
export function meets(name: FaultName, path: string, context: SandboxContext): Due | null {
  const faults = faultsOf(context);
  const due = faults.get(name);
  if (!due || !path.includes(due.path)) return null;
  due.left -= 1;
  if (due.left <= 0) faults.delete(name);
  return due;
}

/** The next `count` requests meet it; 0 takes it back. Null for a name there is none of. */
export function setFault(context: SandboxContext, name: string, due: Partial<Due>): FaultName | null {
  if (!Object.hasOwn(FAULTS, name)) return null;
  const fault = name as FaultName;
  const left = Math.min(MOST, Math.max(0, due.left ?? 1));
  if (left === 0) faultsOf(context).delete(fault);
  else faultsOf(context).set(fault, { left, path: due.path ?? '', ms: due.ms ?? SLOW_MS });
  return fault;
}

export function listFaults(context: SandboxContext): SandboxFault[] {
  const faults = faultsOf(context);
  return Object.entries(FAULTS).map(([id, label]) => ({ id, label, left: faults.get(id as FaultName)?.left ?? 0 }));
}

/** `GET faults`; `POST faults { fault, count?, path?, ms? }`; `DELETE faults` takes all back. */
export function faultsRoute({ method, body }: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  if (method === 'DELETE') faultsOf(context).clear();
  if (method === 'POST') {
    const { fault, count, path, ms } = (body ?? {}) as Record<string, unknown>;
    const set = setFault(context, typeof fault === 'string' ? fault : '', {
      ...(typeof count === 'number' && { left: count }),
      ...(typeof path === 'string' && { path }),
      ...(typeof ms === 'number' && { ms: Math.min(60_000, ms) }),
    });
    if (!set) {
      const message = `fault must be one of ${Object.keys(FAULTS).join(', ')}`;
      return Promise.resolve({ status: 422, body: { message } });
    }
  }
  return Promise.resolve({ status: 200, body: listFaults(context) });
}

function faultsOf(context: SandboxContext): Faults {
  return context.memory<Faults>('faults', () => new Map());
}
