import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openGateway, type OpenGateway } from '../../src/server/start.ts';
import { FAULTS } from './faults.ts';
import { FAST } from './profile.ts';
import { faultsOnPage } from './scorecard.ts';
import { casesOf, play, titleOf } from './wall.ts';

describe(
  'a client sees the whole answer or an error in its own dialect, and never a part that looks whole, when',
  { concurrency: FAST.concurrency },
  () => {
    let gateway: OpenGateway;
    before(async () => {
      gateway = await openGateway({ PORT: '0', SLUICE_DATA: 'memory', DRAIN_TIMEOUT: '1' }, FAST.clock);
    });
    after(() => gateway.close());
    for (const one of casesOf(FAULTS, FAST)) {
      it(titleOf(one), async () => {
        const { problems } = await play(one, gateway.url, FAST);
        assert.deepEqual(problems, []);
      });
    }
  },
);

it('the scorecard of the wall has every fault', () =>
  assert.deepEqual(
    faultsOnPage(),
    FAULTS.map(({ name }) => name),
  ));
