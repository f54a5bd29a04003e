import { ConfigError, readConfig } from '#libs/config';
import { rotate } from './key-rotation.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** `npm run keys:rotate`: ends with 1 when something is left under an old key. */
try {
  process.exitCode = (await rotate(readConfig(process.env, true), say)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  // The launcher's channel would keep the process.
  if (process.connected) process.disconnect?.();
}
