import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepareOrExit } from './launch/prepare.mjs';
import { ROOT } from './launch/project.mjs';
import { runOnProjectNode } from './launch/run.mjs';

// `npm start`. Plain JavaScript without dependencies: it runs before anything is installed, on whatever Node there is.
await prepareOrExit();
await runOnProjectNode(pathToFileURL(join(ROOT, 'dist', 'apps', 'standalone', 'src', 'main.js')));
