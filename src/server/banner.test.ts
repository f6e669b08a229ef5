import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { banner } from './banner.ts';

describe('the banner', () => {
  const commandIn = (text: string): string => /^ +(curl .*)$/m.exec(text)?.[1] ?? assert.fail(text);

  it('has a command that works as it stands, with and without keys', () => {
    const url = 'http://0.0.0.0:8787';
    const open = commandIn(banner({ url: 'http://127.0.0.1:8787', asksForKeys: false, hasAdminKey: false }, {}));
    assert.match(open, /^curl http:\/\/127\.0\.0\.1:8787\/v1\/chat\/completions -H 'x-portkey-provider: mock'/);
    const local = commandIn(banner({ url, asksForKeys: true, hasAdminKey: false }, {}));
    assert.match(local, /^curl http:\/\/127\.0\.0\.1:8787\/admin\/v1\/api-keys -H 'content-type: application\/json'/);
    const guarded = commandIn(banner({ url, asksForKeys: true, hasAdminKey: true }, {}));
    assert.match(guarded, /api-keys -H "Authorization: Bearer \$SLUICE_ADMIN_KEY" -H/);
  });
});
