export { PassthroughModule } from './passthrough.module.js';
