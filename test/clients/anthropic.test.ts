import Anthropic, { RateLimitError } from '@anthropic-ai/sdk';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
import {
  CLIMATE,
  CLIMATE_QUESTION,
  Conversation,
  joined,
  SYSTEM,
  used,
  WEATHER,
  type Asking,
  type Client,
  type Setup,
  type Turn,
} from './support/client.ts';
import { testClient } from './support/scenario.ts';

/** The client sends its key as `authorization: Bearer`, not as `x-api-key`. */
function connect({ url, headers }: Setup): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: 'key-of-the-caller', defaultHeaders: headers, maxRetries: 0 });
}

function converse(asking: Asking): Conversation<Anthropic.MessageParam> {
  const { model, stream, tools, thinks, onText } = asking;
  const { messages } = connect(asking);
  const { parameters, ...tool } = WEATHER;
  return new Conversation<Anthropic.MessageParam>({
    says: (words, picture) => ({
      role: 'user',
      content: [
        { type: 'text', text: words },
        ...(picture === undefined ? [] : [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } } as const]),
      ],
    }),
    gives: (outputs) => [{ role: 'user', content: outputs.map(({ id, text }) => ({ type: 'tool_result', tool_use_id: id, content: text })) }],
    async ask(history) {
      const request: Anthropic.MessageCreateParamsNonStreaming = {
        model,
        max_tokens: 4096,
        system: SYSTEM,
        messages: [...history],
        ...(tools ? { tools: [{ ...tool, input_schema: parameters }] } : {}),
        ...(thinks ? { thinking: { type: 'enabled', budget_tokens: 1024 } } : {}),
      };
      const message = await (stream ? messages.stream(request).on('text', onText).finalMessage() : messages.create(request));
      return { turn: turnOf(message), messages: [{ role: 'assistant', content: message.content }] };
    },
  });
}

function turnOf({ content, stop_reason: finish, usage }: Anthropic.Message): Turn {
  const cached = usage.cache_read_input_tokens ?? 0;
  return {
    text: joined(content, (block) => (block.type === 'text' ? block.text : '')),
    reasoning: joined(content, (block) => (block.type === 'thinking' ? block.thinking : '')),
    calls: content.filter((block) => block.type === 'tool_use'),
    finish: finish ?? '',
    usage: used(usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0), usage.output_tokens, cached),
  };
}

const anthropic: Client = {
  name: '@anthropic-ai/sdk',
  finish: { done: ['end_turn'], tools: ['tool_use'] },
  converse,
  busy: (error) => (error instanceof RateLimitError ? { status: error.status, message: error.message } : undefined),
  async structured(setup) {
    const message = await connect(setup).messages.parse({
      model: setup.model,
      max_tokens: 1024,
      messages: [{ role: 'user', content: CLIMATE_QUESTION }],
      output_config: { format: jsonSchemaOutputFormat(CLIMATE) },
    });
    return message.parsed_output;
  },
};

testClient(anthropic);
