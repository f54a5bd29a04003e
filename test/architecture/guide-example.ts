import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connector } from '#libs/connector-kit';

const ROOT = join(import.meta.dirname, '..', '..');
const GUIDE = join(ROOT, 'docs', 'connector-guide.md');

/** The files of the guide's worked example: a block of code after its name in bold. */
function filesIn(guide: string): [name: string, text: string][] {
  return [...guide.matchAll(/\*\*`([\w-]+\.ts)`\*\*[^`]*(?:`[^`\n]+`[^`]*)*?```ts\n([\s\S]*?)```/g)].map(
    ([, name = '', text = '']) => [name, text],
  );
}

/** The worked example as the guide prints it, in a folder of its own that the caller removes. */
export async function loadGuideExample(): Promise<{ folder: string; connector: Connector }> {
  const folder = await mkdtemp(join(tmpdir(), 'connector-guide-'));
  // So that the example's imports mean what they mean in a connector.
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of filesIn(await readFile(GUIDE, 'utf8'))) await writeFile(join(folder, name), text);
  const { default: connector } = (await import(pathToFileURL(join(folder, 'index.ts')).href)) as { default: Connector };
  return { folder, connector };
}
