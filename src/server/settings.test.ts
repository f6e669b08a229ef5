import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readTelemetrySettings } from '../telemetry/settings.ts';
import { readLogSettings } from './request-log.ts';
import { readSettings } from './settings.ts';

describe('the settings', () => {
  const readers = [readSettings, readLogSettings, (env: Readonly<Record<string, string>>) => readTelemetrySettings(env, false)];

  it('are refused with the name of the variable and what was expected there', () => {
    const wrong: Readonly<Record<string, readonly string[]>> = {
      PORT: ['abc', '70000', '-1'],
      BODY_LIMIT_MB: ['0', '1.5', '64MB'],
      ALLOW_FAULT_INJECTION: ['maybe', '2'],
      ALLOW_AMBIENT_CREDENTIALS: ['sure'],
      REFUSE_UNPRICED: ['closed'],
      REQUIRE_API_KEY: ['maybe', '-'],
      LOG_REQUESTS: ['none'],
      LOG_BODIES: ['maybe'],
      LOG_LEVEL: ['loud'],
      LOG_FORMAT: ['xml'],
      CORS_ALLOWED_ORIGINS: ['app.example', 'https://app.example/', 'https://App.example', '*,foo'],
      TRUSTED_CUSTOM_HOSTS: ['10.0.0.0/8'],
      SLUICE_ALERT_WEBHOOK: ['hooks.example', 'ftp://hooks.example/', 'http://10.0.0.1/hook', 'https://u:p@hooks.example/'],
      SLUICE_ALERT_SECRET: ['short'],
    };
    for (const [name, values] of Object.entries(wrong))
      for (const value of values)
        assert.throws(() => readers.map((read) => read({ [name]: value })), new RegExp(`^Error: ${name}: expected `), `${name}=${value}`);
  });

  it('take the words that people switch with', () => {
    const faults = (word: string): boolean => readSettings({ ALLOW_FAULT_INJECTION: word }).faults;
    assert.deepEqual(['1', 'true', 'True', 'on', 'YES'].map(faults), [true, true, true, true, true]);
    assert.deepEqual(['0', 'false', 'OFF', 'no', ''].map(faults), [false, false, false, false, false]);
    assert.equal(readLogSettings({ LOG_BODIES: 'off' }).capture.bodies, false);
    assert.equal(readLogSettings({ LOG_BODIES: '' }).capture.bodies, true);
  });

  it('keep an empty HOST on this machine', () => {
    const { host, requireApiKey } = readSettings({ HOST: '' });
    assert.deepEqual([host, requireApiKey], ['127.0.0.1', false]);
    assert.equal(readSettings({ HOST: '0.0.0.0' }).requireApiKey, true);
    assert.equal(readSettings({ HOST: '0.0.0.0', REQUIRE_API_KEY: 'No' }).requireApiKey, false);
  });

  it('take origins as browsers spell them', () => {
    const origins = ['https://app.example', 'http://localhost:3000', 'chrome-extension://abcdef', 'null'];
    assert.deepEqual(readSettings({ CORS_ALLOWED_ORIGINS: origins.join(', ') }).cors?.origins, origins);
  });
});
