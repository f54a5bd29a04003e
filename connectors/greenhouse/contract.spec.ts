import { describeConnector } from '#libs/connector-kit/testing';
import greenhouse from './index.js';

describeConnector(greenhouse, import.meta.dirname);
