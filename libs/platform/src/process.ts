import { type Config, ConfigError } from '#libs/config';

/** What {@link listenOn} needs of a Nest application. */
interface Listening {
  listen(port: number, host: string): Promise<unknown>;
}

interface Closing {
  close(): Promise<void>;
}

/** Longer than deliveries (22 s) and then replies (5 s) under way may take, shorter than the 30 s that container platforms give. */
const STOP_TIMEOUT_MS = 28_000;

/**
 * Runs a process's main function. A setting that cannot be used ends it with one line that names the variable;
 * any other failure with its stack. Both with exit code 1.
 */
export function runProcess(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exit(1);
  });
}

/** The text a failed start ends with. */
export function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return `atsume: the start failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** Listens on the configured address. @throws ConfigError naming PORT or HOST when that address cannot be had. */
export async function listenOn(app: Listening, config: Pick<Config, 'port' | 'host'>): Promise<void> {
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    throw addressProblem(error, config) ?? error;
  }
}

function addressProblem(error: unknown, { port, host }: Pick<Config, 'port' | 'host'>): ConfigError | null {
  switch ((error as { code?: string }).code) {
    case 'EADDRINUSE':
      return new ConfigError('PORT', `${port} is already in use`);
    case 'EACCES':
      return new ConfigError('PORT', `${port} may not be used by this user`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConfigError('HOST', `${host} is not an address of this machine`);
    default:
      return null;
  }
}

/**
 * Closes the application on SIGTERM or SIGINT: no new work, what is under way finishes, then exit code 0.
 * A second signal, or a close that hangs, ends the process at once with code 1.
 */
export function stopOnSignal(app: Closing): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`atsume: the stop failed: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
