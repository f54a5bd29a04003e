import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findProjectNode, isProjectNode } from './project.mjs';

/**
 * Runs a built program on the project's Node. `npm start` puts that Node first on the path, so from the second start on
 * this process already is it, and takes the program in instead of keeping a second process.
 */
export async function runOnProjectNode(program) {
  if (isProjectNode()) {
    await import(program.href);
    return;
  }
  // The program stops by itself when the channel breaks: killing the launcher leaves nothing behind.
  const child = spawn(findProjectNode(), [fileURLToPath(program)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 1 : code;
    if (child.connected) child.disconnect();
  });
}
