import { prepareOrExit } from './launch/prepare.mjs';

// `npm run build`: installs if need be, and builds what is stale.
await prepareOrExit();
