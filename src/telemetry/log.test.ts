import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';

type Line = Readonly<Record<string, unknown>>;

/** What a process writes to its log that runs some code. */
function logOf(code: string, env: Readonly<Record<string, string>> = {}): string {
  const module = JSON.stringify(path.join(import.meta.dirname, 'log.ts'));
  const script = `import { log, troubleOfCalls } from ${module};\n${code}`;
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, stderr);
  return stderr;
}

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

describe('the log', () => {
  it('is JSON where no person watches: time, level, message, and the fields', () => {
    const [line] = linesOf(logOf("log('warn', 'a thing happened', { call: 'c1', count: 2 });"));
    const { time, ...rest } = line as Line;
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(rest, { level: 'warn', message: 'a thing happened', call: 'c1', count: 2 });
  });

  it('tells of a trouble of every call once in ten seconds, and of how many calls', () => {
    const lines = linesOf(
      logOf(`let now = 0;
        const tell = troubleOfCalls('it failed', () => now);
        for (; now < 30_000; now += 100) tell({ call: now });
        tell({ call: 'last' }, 7);`),
    );
    assert.deepEqual(
      lines.map(({ level, message, call, calls }) => [level, message, call, calls]),
      [
        ['warn', 'it failed', 0, 1],
        ['warn', 'it failed', 10_000, 100],
        ['warn', 'it failed', 20_000, 100],
        ['warn', 'it failed', 'last', 106],
      ],
    );
  });

  it('has the same form at the beginning and once it is under way', () => {
    const wait = 'await new Promise((resolve) => setTimeout(resolve, 300));';
    const [first, second] = linesOf(logOf(`log('info', 'one', { call: 'c' });\n${wait}\nlog('info', 'two', { call: 'c' });`));
    assert.deepEqual(Object.keys(first as Line).toSorted(), Object.keys(second as Line).toSorted());
    assert.deepEqual([first?.['message'], second?.['message'], second?.['call']], ['one', 'two', 'c']);
  });

  it('is whole when the process ends right behind a burst of lines', () => {
    const lines = linesOf(
      logOf(
        "log('info', 'first'); await import('pino'); await new Promise(setImmediate);\nfor (let n = 0; n < 5000; n++) log('info', 'line', { n });\nprocess.exit(0);",
      ),
    );
    assert.deepEqual(
      lines.slice(1).map(({ n }) => n),
      Array.from({ length: 5_000 }, (_, index) => index),
    );
  });

  it('is whole when the process dies of an error', () => {
    const module = JSON.stringify(path.join(import.meta.dirname, 'log.ts'));
    const script = `import { log } from ${module};\nlog('info', 'a'); await import('pino'); await new Promise(setImmediate);\nlog('info', 'b'); throw new Error('dead');`;
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /"message":"b"/);
  });

  it('begins at LOG_LEVEL', () => {
    const code = "log('debug', 'd'); log('info', 'i'); log('warn', 'w'); log('error', 'e');";
    const levels = (level: string): unknown[] => linesOf(logOf(code, { LOG_LEVEL: level })).map((line) => line['message']);
    assert.deepEqual(levels('debug'), ['d', 'i', 'w', 'e']);
    assert.deepEqual(levels(''), ['i', 'w', 'e']);
    assert.deepEqual(levels('ERROR'), ['e']);
    assert.deepEqual(levels('silent'), []);
  });

  it('has lines for people where they are asked for, which no value can break', () => {
    const text = logOf("log('warn', 'a\\nb \\u001b[31m', { call: 'c1', text: 'two\\nlines', cause: new Error('bad') });", { LOG_FORMAT: 'text' });
    const [head = '', ...stack] = text.trimEnd().split('\n');
    assert.match(head, /^\d\d:\d\d:\d\d\.\d{3} warn {2}a b \[31m {2}call=c1 {2}text="two\\nlines" {2}cause="Error: bad"$/);
    assert.match(stack.join('\n'), /^ {4}Error: bad\n {8}at /);
  });

  it('shows no credentials', () => {
    const text = logOf("log('info', 'with sk-abcdefghijklmnopqrst', { authorization: 'hunter2', cause: new Error('at https://me:hunter3@host') });");
    assert.doesNotMatch(text, /abcdefghijkl|hunter/);
  });
});
