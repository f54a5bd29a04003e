import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepareOrExit } from './launch/prepare.mjs';
import { ROOT } from './launch/project.mjs';
import { runOnProjectNode } from './launch/run.mjs';

// `npm run keys:rotate`. Plain JavaScript without dependencies, like `npm start`.
await prepareOrExit();
await runOnProjectNode(pathToFileURL(join(ROOT, 'dist', 'apps', 'standalone', 'src', 'rotate-keys.js')));
