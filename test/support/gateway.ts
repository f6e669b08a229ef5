import { after, before } from 'node:test';
import { openGateway, type OpenGateway } from '../../src/server/start.ts';

/** A gateway on a free port for the tests of a file, with what they call it by. */
export interface TestGateway {
  url: string;
  /** Sends a request with the headers of a Portkey client; `body` is sent as JSON. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Posts a small chat request through a config. */
  chat(config: object, more?: object, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** Opens a gateway before the tests of a file and closes it behind them. `env`: further settings. */
export function useGateway(env: Readonly<Record<string, string>> = {}): TestGateway {
  let open: OpenGateway | undefined;
  before(async () => {
    open = await openGateway({ PORT: '0', SLUICE_DATA: 'memory', DRAIN_TIMEOUT: '1', ...env });
    gateway.url = open.url;
  });
  after(() => open?.close());
  const gateway: TestGateway = {
    url: '',
    post: (path, body, headers = {}) =>
      fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    chat: (config, more = {}, headers = {}) =>
      gateway.post(
        '/v1/chat/completions',
        { model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }], ...more },
        { 'x-portkey-config': JSON.stringify(config), ...headers },
      ),
  };
  return gateway;
}
