import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { Silence } from './deadlines.ts';

describe('a silence', () => {
  it('is noticed once, when the last thing heard has been quiet for long enough', async () => {
    let noticed = 0;
    const silence = new Silence();
    // Behind each pause the silence is heard of anew before it can be noticed, however slow the machine is.
    for (let i = 0; i < 5; i++) {
      silence.expect(300, () => noticed++);
      await sleep(70);
    }
    assert.equal(noticed, 0);
    await sleep(600);
    assert.equal(noticed, 1);
  });

  it('keeps to another limit from the moment that one is given', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
    let noticed = 0;
    const silence = new Silence();
    silence.expect(10, assert.fail);
    silence.expect(50, () => noticed++);
    t.mock.timers.tick(40);
    assert.equal(noticed, 0);
    t.mock.timers.tick(20);
    t.mock.timers.tick(1);
    assert.equal(noticed, 1);
  });

  it('is not noticed when the wait is called off', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
    const silence = new Silence();
    silence.expect(5, assert.fail);
    silence.clear();
    t.mock.timers.tick(100);
  });

  it('is none where something arrived while the process was busy: sockets are read behind the timers and in front of immediates', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const silence = new Silence();
    silence.expect(10, assert.fail);
    t.mock.timers.tick(30);
    silence.expect(10, assert.fail);
    return new Promise<void>((resolve) => void setImmediate(resolve)).then(() => silence.clear());
  });
});
