import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig, readKeyRing } from './config.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 9).toString('base64');

describe('the configuration', () => {
  it('has a default for everything, in one process', () => {
    expect(readConfig({}, true)).toEqual({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      trustProxy: false,
      databaseUrl: null,
      redisUrl: null,
      dataDir: resolve('.atsume'),
      encryptionKeys: null,
      bootstrapApiKey: null,
      rateLimitPerKey: null,
      retentionDays: 90,
      allowPrivateTargets: true,
      sandbox: true,
      sandboxCandidates: 300,
      sandboxRateLimit: 75,
      logLevel: 'info',
      tracing: null,
      files: { kind: 'local' },
    });
  });

  it('allows neither private targets nor the sandbox where the processes run apart', () => {
    expect(readConfig({}, false)).toMatchObject({ allowPrivateTargets: false, sandbox: false });
  });

  it.each(['0.0.0.0', '192.168.1.5', '::', 'example.com'])('allows no private targets on HOST=%s by itself', (HOST) => {
    expect(readConfig({ HOST }, true).allowPrivateTargets).toBe(false);
    expect(readConfig({ HOST, ATSUME_ALLOW_PRIVATE_TARGETS: 'true' }, true).allowPrivateTargets).toBe(true);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('takes HOST=%s for this machine only', (HOST) => {
    expect(readConfig({ HOST }, true).allowPrivateTargets).toBe(true);
  });

  it('reads every variable', () => {
    const config = readConfig(
      {
        PORT: '8080',
        HOST: '0.0.0.0',
        PUBLIC_URL: 'https://hub.example.com///',
        TRUST_PROXY: 'true',
        DATABASE_URL: 'postgres://hub@db/hub',
        REDIS_URL: 'rediss://cache:6380',
        ATSUME_DATA_DIR: '/var/lib/atsume',
        ATSUME_ENCRYPTION_KEY: `a:${KEY}`,
        ATSUME_BOOTSTRAP_API_KEY: 'a-key-of-twenty-characters',
        ATSUME_RATE_LIMIT_PER_KEY: '600',
        ATSUME_RETENTION_DAYS: '30',
        ATSUME_ALLOW_PRIVATE_TARGETS: '0',
        ATSUME_SANDBOX: '1',
        ATSUME_SANDBOX_CANDIDATES: '200000',
        ATSUME_SANDBOX_RATE_LIMIT: '0',
        ATSUME_LOG_LEVEL: 'warn',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20token, x-team=a=b',
        OTEL_SERVICE_NAME: 'hub',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        ATSUME_S3_BUCKET: 'resumes',
        ATSUME_S3_ENDPOINT: 'https://s3.example.com',
        ATSUME_S3_REGION: 'eu-central-1',
        ATSUME_S3_ACCESS_KEY_ID: 'id',
        ATSUME_S3_SECRET_ACCESS_KEY: 'secret',
      },
      true,
    );

    expect(config).toEqual({
      port: 8080,
      host: '0.0.0.0',
      publicUrl: 'https://hub.example.com',
      trustProxy: true,
      databaseUrl: 'postgres://hub@db/hub',
      redisUrl: 'rediss://cache:6380',
      dataDir: '/var/lib/atsume',
      encryptionKeys: [{ id: 'a', key: Buffer.alloc(32, 7) }],
      bootstrapApiKey: 'a-key-of-twenty-characters',
      rateLimitPerKey: 600,
      retentionDays: 30,
      allowPrivateTargets: false,
      sandbox: true,
      sandboxCandidates: 200_000,
      sandboxRateLimit: null,
      logLevel: 'warn',
      tracing: {
        endpoint: 'http://collector:4318',
        headers: { authorization: 'Bearer token', 'x-team': 'a=b' },
        serviceName: 'hub',
        ratio: 0.25,
      },
      files: {
        kind: 's3',
        bucket: 'resumes',
        endpoint: 'https://s3.example.com',
        region: 'eu-central-1',
        accessKeyId: 'id',
        secretAccessKey: 'secret',
      },
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', ATSUME_SANDBOX: '' }, true)).toEqual(readConfig({}, true));
  });

  it('builds the public address from the port', () => {
    expect(readConfig({ PORT: '4321' }, true).publicUrl).toBe('http://localhost:4321');
  });

  it('leaves the variables of others alone', () => {
    expect(readConfig({ HOME: '/root', NODE_ENV: 'production' }, true)).toEqual(readConfig({}, true));
  });

  it('traces everything, under the name of the process, where only the collector is named', () => {
    expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector' }, true).tracing).toEqual({
      endpoint: 'https://collector',
      headers: {},
      serviceName: null,
      ratio: 1,
    });
  });

  it('refuses the sandbox outside npm start', () => {
    expect(() => readConfig({ ATSUME_SANDBOX: 'true' }, false)).toThrow(/^ATSUME_SANDBOX: /);
    expect(readConfig({ ATSUME_SANDBOX: 'false' }, false).sandbox).toBe(false);
  });
});

describe('a setting that cannot be used', () => {
  const bad: [string, string][] = [
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', 'eighty'],
    ['HOST', 'x'.repeat(256)],
    ['PUBLIC_URL', 'hub.example.com'],
    ['PUBLIC_URL', 'ftp://hub.example.com'],
    ['TRUST_PROXY', 'yes'],
    ['DATABASE_URL', 'mysql://db/hub'],
    ['DATABASE_URL', 'db'],
    ['REDIS_URL', 'http://cache'],
    ['ATSUME_ENCRYPTION_KEY', 'secret'],
    ['ATSUME_ENCRYPTION_KEY', `a:${Buffer.alloc(31).toString('base64')}`],
    ['ATSUME_ENCRYPTION_KEY', `a:${KEY},a:${OTHER_KEY}`],
    ['ATSUME_ENCRYPTION_KEY', `a:${KEY},`],
    ['ATSUME_BOOTSTRAP_API_KEY', 'short'],
    ['ATSUME_BOOTSTRAP_API_KEY', 'x'.repeat(201)],
    ['ATSUME_BOOTSTRAP_API_KEY', 'twenty characters and a space'],
    ['ATSUME_RATE_LIMIT_PER_KEY', '0'],
    ['ATSUME_RATE_LIMIT_PER_KEY', '1.5'],
    ['ATSUME_RETENTION_DAYS', '0'],
    ['ATSUME_RETENTION_DAYS', '3651'],
    ['ATSUME_ALLOW_PRIVATE_TARGETS', 'on'],
    ['ATSUME_SANDBOX', 'maybe'],
    ['ATSUME_SANDBOX_CANDIDATES', '11'],
    ['ATSUME_SANDBOX_CANDIDATES', '1000001'],
    ['ATSUME_SANDBOX_RATE_LIMIT', '-1'],
    ['ATSUME_LOG_LEVEL', 'verbose'],
    ['ATSUME_S3_ENDPOINT', 's3.example.com'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=1,b c=2'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=line%0abreak'],
    ['OTEL_SERVICE_NAME', 'x'.repeat(256)],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'half'],
  ];

  it.each(bad)('stops the start with one line naming %s (%s)', (variable, value) => {
    let refused: unknown;
    try {
      readConfig({ [variable]: value }, true);
    } catch (error) {
      refused = error;
    }

    expect(refused).toBeInstanceOf(ConfigError);
    expect(refused).toMatchObject({ variable });
    expect((refused as Error).message).toMatch(new RegExp(`^${variable}: .{10,}$`));
  });

  it.each(['ATSUME_ENCRYPTION_KEY', 'ATSUME_BOOTSTRAP_API_KEY', 'DATABASE_URL', 'OTEL_EXPORTER_OTLP_HEADERS'])(
    'is not repeated in the line when it may be a secret (%s)',
    (variable) => {
      expect(() => readConfig({ [variable]: 'hunter2 hunter2' }, true)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
      );
    },
  );
});

describe('the key ring', () => {
  it('keeps the order: the first encrypts', () => {
    expect(readKeyRing(`new:${KEY}, old:${OTHER_KEY}`)).toEqual([
      { id: 'new', key: Buffer.alloc(32, 7) },
      { id: 'old', key: Buffer.alloc(32, 9) },
    ]);
  });

  it('reads base64url as well', () => {
    const key = Buffer.alloc(32, 0xfb);

    expect(readKeyRing(`a:${key.toString('base64url')}`)).toEqual([{ id: 'a', key }]);
  });
});
