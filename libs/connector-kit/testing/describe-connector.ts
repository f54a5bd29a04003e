import { describe, expect, it } from '@jest/globals';
import type { Connector } from '../src/index.js';
import { describeActions } from './actions.js';
import { describeDeclaration } from './declaration.js';
import { type Fixture, readFixtures } from './fixtures.js';
import { describeLists } from './lists.js';
import { describeReplies } from './replies.js';
import { describeWebhooks } from './webhooks.js';

/**
 * The contract every connector keeps, run on its recorded traffic, without a network: `describeConnector(acme,
 * import.meta.dirname)` in its spec. What there is to record is in the guide; what is declared and not recorded fails.
 */
export function describeConnector(connector: Connector, folder: string): void {
  describe(`the contract of ${connector.slug}`, () => {
    const { api } = connector;
    if (!api) {
      it('has nothing to call', () => expect(connector.assessments).toBeDefined());
      return;
    }
    const fixtures: Fixture[] = readFixtures(folder);
    describeDeclaration(connector, api);
    describeLists(api, fixtures);
    describeReplies(api, fixtures);
    describeActions(api, fixtures);
    if (api.webhooks) describeWebhooks(api.webhooks, fixtures);
  });
}
