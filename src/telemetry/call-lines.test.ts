import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { callLines } from './call-lines.ts';

const at = (name: string): string => JSON.stringify(path.join(import.meta.dirname, name));

/** The lines that a process writes that hears of a few calls: one that went well, one that failed, one that broke off. */
function linesOf(which: string): Readonly<Record<string, unknown>>[] {
  const script = `
    import { aCall } from ${at('../../test/support/calls.ts')};
    import { GatewayError } from ${at('../errors.ts')};
    import { callLines } from ${at('call-lines.ts')};
    const observe = callLines(${JSON.stringify(which)});
    const route = { path: 'config', provider: 'p', retries: 0, dropped: [] };
    const outcome = { status: 200, route, error: undefined, ending: 'whole', isStreamed: false, firstMs: 3, ms: 12.6, answer: undefined };
    const call = aCall({ notes: { model: 'm', usage: { input: 5, output: 2 }, cost: { total: 0.25, parts: {} } } });
    observe?.(call, outcome);
    const error = new GatewayError('upstream_error', 'the key sk-abcdefghijklmnopqrst is wrong', { status: 401 });
    observe?.(call, { ...outcome, status: 401, error, ending: 'failed' });
    observe?.(call, { ...outcome, ending: 'broken', isStreamed: true });`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
  });
  return stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

describe('the lines of calls', () => {
  it('say what was asked, how it went, and what it cost', () => {
    const [line] = linesOf('all');
    const { time: _, overhead_ms: overhead, attempts: __, ...rest } = line as Readonly<Record<string, unknown>>;
    assert.equal(typeof overhead, 'number');
    assert.deepEqual(rest, {
      level: 'info',
      message: 'POST /v1/chat/completions 200',
      call: '0'.repeat(32),
      trace: 't',
      model: 'm',
      input_tokens: 5,
      output_tokens: 2,
      cost: 0.25,
      provider: 'p',
      ms: 13,
    });
  });

  it('can be those of failures only, which show no credentials', () => {
    const lines = linesOf('errors');
    assert.deepEqual(
      lines.map(({ level, error, ending, first_ms: first }) => [level, error, ending, first]),
      [
        ['info', 'upstream_error', 'failed', undefined],
        ['warn', undefined, 'broken', 3],
      ],
    );
    assert.equal(lines[0]?.['error_message'], 'the key **** is wrong');
  });

  it('are not there where none are wanted', () => {
    assert.equal(callLines('none'), undefined);
  });
});
