import Groq from 'groq-sdk';
import type { ChatCompletionCreateParamsBase } from 'groq-sdk/resources/chat/completions';
import { chatConversation, parsedContent, senderOf, type Completion } from './support/chat-completions.ts';
import { CLIMATE, CLIMATE_QUESTION, type Client, type Setup } from './support/client.ts';
import { testClient } from './support/scenario.ts';

/** The client adds `/openai/v1/…` to its base URL. */
function connect({ url, headers }: Setup): Groq {
  return new Groq({ baseURL: url, apiKey: 'key-of-the-caller', defaultHeaders: headers, maxRetries: 0 });
}

const groq: Client = {
  name: 'groq-sdk',
  finish: { done: ['stop'], tools: ['tool_calls'] },
  converse(asking) {
    const client = connect(asking);
    return chatConversation(
      asking,
      senderOf((request) => client.chat.completions.create(request as ChatCompletionCreateParamsBase)),
    );
  },
  busy: (error) => (error instanceof Groq.RateLimitError ? { status: error.status, message: error.message } : undefined),
  async structured(setup) {
    const completion: Completion = await connect(setup).chat.completions.create({
      model: setup.model,
      messages: [{ role: 'user', content: CLIMATE_QUESTION }],
      response_format: { type: 'json_schema', json_schema: { name: 'climate', schema: CLIMATE, strict: true } },
    });
    return parsedContent(completion);
  },
};

testClient(groq);
