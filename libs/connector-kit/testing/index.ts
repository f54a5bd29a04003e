export { describeConnector } from './describe-connector.js';
