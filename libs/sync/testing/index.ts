export { FakeAts, type OddAnswer, type Row } from './fake-ats.js';
export { fakeConnector, sign, SYNCED } from './fake-connector.js';
