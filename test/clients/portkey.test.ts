import { Portkey } from 'portkey-ai';
import { RateLimitError } from 'portkey-ai/dist/src/error.js';
import { chatConversation, parsedContent, senderOf, type Completion } from './support/chat-completions.ts';
import { CLIMATE, CLIMATE_QUESTION, type Client, type Setup } from './support/client.ts';
import { testClient } from './support/scenario.ts';

/** The client has a parameter for each of the headers. Its own API key is Portkey's; the provider's is the authorization. */
function connect({ url, headers }: Setup): Portkey {
  return new Portkey({
    baseURL: `${url}/v1`,
    apiKey: 'key-at-portkey',
    Authorization: 'Bearer key-of-the-caller',
    config: headers['x-portkey-config'],
    provider: headers['x-portkey-provider'],
    customHost: headers['x-portkey-custom-host'],
    defaultHeaders: { ...headers },
    maxRetries: 0,
  });
}

/** The client asks for no strict compliance with OpenAI, so that it gets the provider's own words. */
const portkey: Client = {
  name: 'portkey-ai',
  finish: { done: ['stop', 'end_turn', 'STOP', 'COMPLETE'], tools: ['tool_calls', 'tool_use', 'STOP', 'TOOL_CALL'] },
  converse(asking) {
    const client = connect(asking);
    return chatConversation(
      asking,
      senderOf((request) => client.chat.completions.create(request)),
    );
  },
  busy: (error) => (error instanceof RateLimitError ? { status: error.status, message: error.message } : undefined),
  async structured(setup) {
    const completion = await connect(setup).chat.completions.create({
      model: setup.model,
      messages: [{ role: 'user', content: CLIMATE_QUESTION }],
      response_format: { type: 'json_schema', json_schema: { name: 'climate', schema: CLIMATE, strict: true } },
    });
    return parsedContent(completion as unknown as Completion);
  },
};

testClient(portkey);
