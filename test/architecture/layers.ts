const GROUND = ['errors', 'model', 'config'] as const;
/** What a feature with a controller and tables of its own stands on. */
const FEATURE = [...GROUND, 'telemetry', 'store', 'http'] as const;

/** What a feature about customers' ATSs stands on besides. */
const ATS = [...FEATURE, 'connector-kit', 'connectors', 'delivery', 'accounts', 'events', 'integrations'] as const;

/**
 * Who may use whom. A lib that is not here does not exist yet: add it with the least it needs. Every line may use only
 * what stands above it, which is why there can be no circle.
 */
export const LIBS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  model: [],
  config: [],
  telemetry: ['config'],
  store: ['errors', 'model'],
  'connector-kit': ['errors', 'model'],
  http: [...GROUND, 'telemetry', 'store'],
  connectors: ['connector-kit'],
  delivery: [...GROUND, 'telemetry', 'store'],
  platform: [...FEATURE, 'delivery'],
  accounts: FEATURE,
  files: [...FEATURE, 'delivery'],
  events: [...FEATURE, 'delivery'],
  webhooks: [...FEATURE, 'delivery', 'events'],
  integrations: [...FEATURE, 'connector-kit', 'connectors', 'delivery', 'accounts'],
  assessments: [...FEATURE, 'connector-kit', 'connectors', 'delivery', 'accounts', 'files', 'events', 'integrations'],
  engine: [...GROUND, 'telemetry', 'store', 'delivery', 'connector-kit'],
  connections: [...ATS, 'engine'],
  passthrough: [...ATS, 'engine', 'connections'],
  records: [...ATS, 'files', 'engine', 'connections'],
  sync: [...ATS, 'files', 'engine', 'connections', 'records'],
  actions: [...ATS, 'files', 'engine', 'connections', 'records'],
};

/** Apps compose libs and know nothing of one another; standalone is the one that composes the others. */
export const APPS: Readonly<Record<string, readonly string[]>> = {
  api: [],
  dispatcher: [],
  sandbox: [],
  standalone: ['api', 'dispatcher', 'sandbox'],
};

/** What a connector may import besides its own files. */
export const CONNECTOR_IMPORTS = ['#libs/connector-kit', '#libs/model', 'zod', 'node:crypto'] as const;

/** What its stand-in may import besides: it invents people. */
export const SANDBOX_IMPORTS = /^@faker-js\/faker\/locale\/\w+$/;

/** What may lie at the top of the project, besides names with a leading dot. */
export const TOP_LEVEL = [
  'apps',
  'libs',
  'connectors',
  'migrations',
  'test',
  'docs',
  'nest-cli.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'docker-compose.yml',
  'Dockerfile',
  'README.md',
] as const;
