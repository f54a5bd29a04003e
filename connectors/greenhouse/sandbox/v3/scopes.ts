import { RESOURCES } from './resources.js';
import { WRITE_SCOPES } from './write-scopes.js';

/** Every scope a client can ask for. */
export const ALL_SCOPES: readonly string[] = [
  ...Object.keys(RESOURCES).map((name) => `harvest:${name}:list`),
  ...WRITE_SCOPES,
];
