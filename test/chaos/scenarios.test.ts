import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openGateway, type OpenGateway } from '../../src/server/start.ts';
import { FAST } from './profile.ts';
import { playScenario, SCENARIOS } from './scenarios.ts';

describe('the public scenarios of failover', { concurrency: 4 }, () => {
  let gateway: OpenGateway;
  before(async () => {
    gateway = await openGateway({ PORT: '0', SLUICE_DATA: 'memory', DRAIN_TIMEOUT: '1' }, FAST.clock);
  });
  after(() => gateway.close());
  for (const scenario of SCENARIOS) {
    it(`${scenario.id}: ${scenario.name}`, async () => assert.deepEqual(await playScenario(scenario, gateway.url, FAST), []));
  }
});
