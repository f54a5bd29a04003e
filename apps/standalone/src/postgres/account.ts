import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isRoot } from '../data-folder.js';

const run = promisify(execFile);
const NAME = 'postgres';

/** Who the server runs as; null is who we are. PostgreSQL refuses to run as root. */
export type Account = { uid: number; gid: number; name: string } | null;

/**
 * Chooses the account for a cluster: as root its present owner, else the user `postgres`, who is made where missing.
 *
 * @throws Error when root cannot make that user.
 */
export async function chooseAccount(clusterFolder: string): Promise<Account> {
  if (!isRoot()) return null;
  const owner = await stat(clusterFolder).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `user ${owner.uid}` };
  return (await findUser()) ?? (await makeUser());
}

/** Whether this account may use the path: run the program, or pass through the folder. Asks the system, not the mode bits. */
export async function canReach(account: Account, path: string): Promise<boolean> {
  if (!account) return true;
  const { uid, gid } = account;
  return run('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { uid, gid, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function findUser(): Promise<Account> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout), name: `user ${NAME}` };
  } catch {
    return null;
  }
}

async function makeUser(): Promise<Account> {
  await run('groupadd', ['--system', NAME]).catch(() => run('addgroup', ['-S', NAME]).catch(() => {}));
  await run('useradd', ['--system', '--gid', NAME, '--no-create-home', '--shell', '/bin/false', NAME]).catch(() =>
    run('adduser', ['-S', '-D', '-H', '-G', NAME, NAME]).catch(() => {}),
  );
  const made = await findUser();
  if (!made) throw new Error(`PostgreSQL cannot run as root and the user '${NAME}' could not be made`);
  return made;
}
