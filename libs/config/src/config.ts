import { resolve } from 'node:path';
import { z } from 'zod';

/** A setting that cannot be used; the message is one line that names the variable. */
export class ConfigError extends Error {
  constructor(
    readonly variable: string,
    problem: string,
  ) {
    super(`${variable}: ${problem}`);
    this.name = 'ConfigError';
  }
}

/** Encryption keys by id; the first encrypts, all decrypt. Each is 32 bytes. */
export type KeyRing = readonly { id: string; key: Buffer }[];

/** Where traces go to. */
export interface TracingConfig {
  /** An OTLP collector that speaks HTTP. */
  endpoint: string;
  headers: Record<string, string>;
  /** Null for the name of the process. */
  serviceName: string | null;
  /** Of the traces that begin here, 0 to 1. */
  ratio: number;
}

/** Everything the environment says, read once. */
export interface Config {
  port: number;
  host: string;
  /** Without a trailing slash. */
  publicUrl: string;
  trustProxy: boolean;
  databaseUrl: string | null;
  redisUrl: string | null;
  /** Absolute path. */
  dataDir: string;
  encryptionKeys: KeyRing | null;
  bootstrapApiKey: string | null;
  /** Requests per minute and API key; null is no limit. */
  rateLimitPerKey: number | null;
  retentionDays: number;
  allowPrivateTargets: boolean;
  sandbox: boolean;
  /** How many candidates each company of the sandbox has. */
  sandboxCandidates: number;
  /** Requests the sandbox's ATSs take per window of theirs; null is no limit. */
  sandboxRateLimit: number | null;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Null is off. */
  tracing: TracingConfig | null;
  files:
    | { kind: 'local' }
    | {
        kind: 's3';
        endpoint: string | null;
        bucket: string;
        region: string;
        accessKeyId: string | null;
        secretAccessKey: string | null;
      };
}

const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const url = (schemes: string[]) =>
  z.string().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), {
    error: `must be a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });

const Environment = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  HOST: z.string().min(1).max(255).default('127.0.0.1'),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  TRUST_PROXY: flag.default(false),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  ATSUME_DATA_DIR: z.string().min(1).default('.atsume'),
  ATSUME_ENCRYPTION_KEY: z.string().optional(),
  ATSUME_BOOTSTRAP_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{20,200}$/, { error: 'must be 20 to 200 printable characters without spaces' })
    .optional(),
  ATSUME_RATE_LIMIT_PER_KEY: z.coerce.number().int().min(1).optional(),
  ATSUME_RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
  ATSUME_ALLOW_PRIVATE_TARGETS: flag.optional(),
  ATSUME_SANDBOX: flag.optional(),
  ATSUME_SANDBOX_CANDIDATES: z.coerce.number().int().min(12).max(1_000_000).default(300),
  ATSUME_SANDBOX_RATE_LIMIT: z.coerce.number().int().min(0).max(1_000_000).default(75),
  ATSUME_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http:', 'https:']).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().min(1).max(255).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  ATSUME_S3_BUCKET: z.string().min(1).optional(),
  ATSUME_S3_ENDPOINT: url(['http:', 'https:']).optional(),
  ATSUME_S3_REGION: z.string().min(1).default('us-east-1'),
  ATSUME_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  ATSUME_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
});

/**
 * The environment as one typed object. `standalone` decides the defaults of what only the one-process start may do:
 * the sandbox, and private targets when `HOST` is a loopback address.
 *
 * @throws ConfigError naming the first variable that cannot be used.
 */
export function readConfig(env: Record<string, string | undefined>, standalone: boolean): Config {
  // An empty variable is an unset one: `FOO= npm start` and compose files mean that.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(String(issue?.path[0] ?? 'environment'), issue?.message ?? 'cannot be read');
  }
  const vars = parsed.data;
  const loopback = standalone && isLoopback(vars.HOST);
  if (vars.ATSUME_SANDBOX && !standalone)
    throw new ConfigError('ATSUME_SANDBOX', 'the sandbox runs only with npm start');
  return {
    port: vars.PORT,
    host: vars.HOST,
    publicUrl: (vars.PUBLIC_URL ?? `http://localhost:${vars.PORT}`).replace(/\/+$/, ''),
    trustProxy: vars.TRUST_PROXY,
    databaseUrl: vars.DATABASE_URL ?? null,
    redisUrl: vars.REDIS_URL ?? null,
    dataDir: resolve(vars.ATSUME_DATA_DIR),
    encryptionKeys: vars.ATSUME_ENCRYPTION_KEY === undefined ? null : readKeyRing(vars.ATSUME_ENCRYPTION_KEY),
    bootstrapApiKey: vars.ATSUME_BOOTSTRAP_API_KEY ?? null,
    rateLimitPerKey: vars.ATSUME_RATE_LIMIT_PER_KEY ?? null,
    retentionDays: vars.ATSUME_RETENTION_DAYS,
    allowPrivateTargets: vars.ATSUME_ALLOW_PRIVATE_TARGETS ?? loopback,
    sandbox: vars.ATSUME_SANDBOX ?? standalone,
    sandboxCandidates: vars.ATSUME_SANDBOX_CANDIDATES,
    sandboxRateLimit: vars.ATSUME_SANDBOX_RATE_LIMIT === 0 ? null : vars.ATSUME_SANDBOX_RATE_LIMIT,
    logLevel: vars.ATSUME_LOG_LEVEL,
    tracing: tracing(vars),
    files: fileStore(vars),
  };
}

/** Reads `id:base64[,id:base64…]`. @throws ConfigError when a key is not 32 bytes or an id repeats. */
export function readKeyRing(value: string): KeyRing {
  const keys = value.split(',').map((part) => {
    const match = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(part);
    const key = Buffer.from(match?.[2] ?? '', 'base64');
    if (!match?.[1] || key.length !== 32) {
      throw new ConfigError('ATSUME_ENCRYPTION_KEY', 'must be id:base64[,id:base64…] with 32 bytes behind each base64');
    }
    return { id: match[1], key };
  });
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) {
    throw new ConfigError('ATSUME_ENCRYPTION_KEY', 'uses one key id twice');
  }
  return keys;
}

function tracing(vars: z.output<typeof Environment>): Config['tracing'] {
  const headers = readOtlpHeaders(vars.OTEL_EXPORTER_OTLP_HEADERS ?? '');
  if (vars.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return null;
  return {
    endpoint: vars.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers,
    serviceName: vars.OTEL_SERVICE_NAME ?? null,
    ratio: vars.OTEL_TRACES_SAMPLER_ARG,
  };
}

/** Reads `name=value[,name=value…]` with percent-encoded values. @throws ConfigError that does not repeat them. */
function readOtlpHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, encoded = ''] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
      const value = percentDecoded(encoded);
      if (name === undefined || value === null || !/^[\x20-\x7e]+$/.test(value)) {
        throw new ConfigError('OTEL_EXPORTER_OTLP_HEADERS', 'must be name=value[,name=value…], values percent-encoded');
      }
      return [name, value];
    }),
  );
}

function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function fileStore(vars: z.output<typeof Environment>): Config['files'] {
  if (vars.ATSUME_S3_BUCKET === undefined) return { kind: 'local' };
  return {
    kind: 's3',
    bucket: vars.ATSUME_S3_BUCKET,
    endpoint: vars.ATSUME_S3_ENDPOINT ?? null,
    region: vars.ATSUME_S3_REGION,
    accessKeyId: vars.ATSUME_S3_ACCESS_KEY_ID ?? null,
    secretAccessKey: vars.ATSUME_S3_SECRET_ACCESS_KEY ?? null,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
