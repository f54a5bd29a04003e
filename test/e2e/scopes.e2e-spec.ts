import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { AccountsModule } from '#libs/accounts';
import { Scopes } from '#libs/http';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';

@Controller('v1/doors')
class DoorsController {
  @Get('both')
  @Scopes('events:read', 'ats:read')
  both() {
    return { open: true };
  }

  @Get('either')
  @Scopes(['events:read', 'ats:read'])
  either() {
    return { open: true };
  }
}

@Module({ controllers: [DoorsController] })
class DoorsModule {}

describe('a call that several scopes are for', () => {
  let hub: FeatureApp;
  beforeAll(async () => {
    hub = await startFeatures([AccountsModule, DoorsModule]);
  });
  afterAll(() => hub.close());

  const answers = async (door: string, scopes: string[]) => {
    const made = await hub.call<{ apiKey: string }>('POST', '/v1/api-keys', { body: { scopes } });
    const { status, body } = await hub.call<{ detail?: string }>('GET', `/v1/doors/${door}`, {
      apiKey: made.body.apiKey,
    });
    return [status, body.detail];
  };

  it('needs all of them, and names those that are missing', async () => {
    expect(await answers('both', ['events:read', 'ats:read'])).toEqual([200, undefined]);
    expect(await answers('both', ['events:read'])).toEqual([403, 'This API key lacks the scope ats:read.']);
  });

  it('needs one of them where any will do', async () => {
    expect(await answers('either', ['ats:read'])).toEqual([200, undefined]);
    expect(await answers('either', ['ats:write'])).toEqual([
      403,
      'This API key lacks the scope events:read or ats:read.',
    ]);
  });
});
