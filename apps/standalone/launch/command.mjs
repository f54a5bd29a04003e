import { spawn } from 'node:child_process';
import { ROOT } from './project.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a program in the project's folder, quietly; what it said is shown when it fails. */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const said = [];
    child.stdout.on('data', (chunk) => said.push(chunk));
    child.stderr.on('data', (chunk) => said.push(chunk));
    const stop = (signal) => {
      child.kill(signal);
      process.exit(130);
    };
    for (const signal of SIGNALS) process.once(signal, stop);
    child.on('error', (error) => reject(new CommandError(`${command} could not be run: ${error.message}`, '')));
    child.on('close', (code, signal) => {
      for (const name of SIGNALS) process.off(name, stop);
      const output = Buffer.concat(said).toString('utf8').trim();
      if (code === 0) resolve(output);
      else reject(new CommandError(`${describe(command, args)} ended with ${signal ?? code}`, output));
    });
  });
}

/** A program that failed, and all that it said. */
export class CommandError extends Error {
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

function describe(command, args) {
  return [command, ...args].map((part) => part.replace(`${ROOT}/`, '')).join(' ');
}
