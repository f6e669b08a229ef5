import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCall } from '../../test/support/calls.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { TargetNode } from '../config/resolved.ts';
import type { JsonObject } from '../ir/json.ts';
import { PROVIDERS } from '../providers/index.ts';
import { patienceOf } from './patience.ts';

const NO_SETTINGS = {
  slug: undefined,
  provider: PROVIDERS[0],
  options: {},
  customHost: undefined,
  requestTimeout: undefined,
  forwardHeaders: undefined,
  strict: undefined,
  attempts: undefined,
};

/** Milliseconds to the first content of a call to a plain target, or one with time limits of its own. */
function patience(json: JsonObject, timeouts?: { first_event: number }): number | undefined {
  const node = resolveConfig(timeouts === undefined ? {} : { timeouts }, NO_SETTINGS) as TargetNode;
  return patienceOf(node)(aCall({ json }));
}

describe('the time that a first content may take before another target is asked', () => {
  it('is 10 s for a stream, and as long as it takes for a whole answer', () => {
    assert.equal(patience({ stream: true }), 10_000);
    assert.equal(patience({}), undefined);
  });

  it('is 60 s where the model was asked to think, in any dialect', () => {
    for (const json of [
      { reasoning_effort: 'low' },
      { reasoning: {} },
      { thinking: {} },
      { enable_thinking: true },
      { generationConfig: { thinkingConfig: {} } },
    ])
      assert.equal(patience({ stream: true, ...json }), 60_000, JSON.stringify(json));
  });

  it('is what the config says, whatever is asked for', () => {
    assert.equal(patience({ stream: true, reasoning_effort: 'low' }, { first_event: 7 }), 7);
    assert.equal(patience({}, { first_event: 7 }), 7);
  });
});
