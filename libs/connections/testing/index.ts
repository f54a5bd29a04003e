export { FakeAts, type FakeOptions } from './fake-ats.js';
export { fakeConnector } from './fake-connector.js';
export { openInstance, type InstanceOptions } from './instance.js';
