import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Estimator, type Question } from './estimate.ts';

const question = (more: Partial<Question> = {}): Question => ({ bytes: 300, json: {}, model: 'm', hasAnswer: true, ...more });

describe('what a call will use', () => {
  it('is its prompt, and what the caller lets the answer have, in any dialect, for each choice', () => {
    const estimator = new Estimator();
    assert.deepEqual(estimator.estimate(question({ json: { max_tokens: 50 } })), { input: 100, output: 50, isFirst: true });
    assert.equal(estimator.estimate(question({ json: { max_completion_tokens: 60, n: 3 } })).output, 180);
    assert.equal(estimator.estimate(question({ json: { generationConfig: { maxOutputTokens: 70 } } })).output, 70);
    assert.equal(estimator.estimate(question({ hasAnswer: false })).output, 0);
  });

  it('is learned from the answers of the model', () => {
    const estimator = new Estimator();
    assert.equal(estimator.estimate(question()).output, 4096);
    estimator.learn(question(), { input: 250, output: 200 });
    assert.deepEqual(estimator.estimate(question()), { input: 250, output: 300, isFirst: false });
    for (let count = 0; count < 200; count++) estimator.learn(question(), { input: 50, output: 10 });
    const { input, output } = estimator.estimate(question());
    assert.ok(input <= 101 && output <= 16, `${input} ${output}`);
    assert.equal(estimator.estimate(question({ model: 'other' })).output, 4096);
  });

  it('does not take files for text', () => {
    const image = `data:image/png;base64,${'A'.repeat(1_000_000)}`;
    const json = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }] }] };
    const { input } = new Estimator().estimate(question({ bytes: 1_000_100, json }));
    assert.ok(input < 2000, String(input));
    const prose = { messages: [{ role: 'user', content: 'some words '.repeat(10_000) }] };
    assert.ok(new Estimator().estimate(question({ bytes: 110_000, json: prose })).input > 30_000);
  });
});
