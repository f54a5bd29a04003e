import { HubError } from '#libs/errors';

/** Connection trouble (08), refused (28), gone (3D), shutting down or starting (57P0x), full (53300), read-only after a failover (25006), out of time (57014). */
const AWAY_SQLSTATE = /^(08\w{3}|28\w{3}|3D000|57P0\w|57014|53300|25006)$/;

/** Sockets towards the database; calls to ATSs have been put into our words before they get here. */
const AWAY_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** What `pg` and its pool say without a code. */
const AWAY_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|cannot use a pool after/i;

/**
 * A value PostgreSQL refuses to store: too long, out of range, a date that is none, text it cannot keep. Validation should
 * have caught it earlier, but it is the caller's input all the same.
 */
const BAD_VALUE_SQLSTATE = /^(22001|22003|22007|22008|22021|22P02|22P05)$/;

/** What a database error means to the caller, or null when it is none, or one of our own making. */
export function databaseProblem(error: unknown): HubError | null {
  if (!Error.isError(error)) return null;
  const { code, errors } = driverError(error);
  if (isAway(code, error.message) || errors?.some((each) => isAway(each.code, ''))) {
    return new HubError('unavailable', { retryAfterSeconds: 1 }, { cause: error });
  }
  return code !== undefined && BAD_VALUE_SQLSTATE.test(code)
    ? new HubError('invalid_input', {}, { cause: error })
    : null;
}

function isAway(code: string | undefined, message: string): boolean {
  return code === undefined ? AWAY_MESSAGE.test(message) : AWAY_SQLSTATE.test(code) || AWAY_SYSTEM.has(code);
}

/** TypeORM wraps the driver's error; a connect to a name with several addresses fails with several errors. */
function driverError(error: Error): { code?: string; errors?: { code?: string }[] } {
  const { driverError: inner } = error as { driverError?: { code?: string } };
  return inner ?? (error as { code?: string; errors?: { code?: string }[] });
}
