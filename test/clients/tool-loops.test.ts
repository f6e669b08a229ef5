import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { GoogleGenAI, type CallableTool } from '@google/genai';
import { generateText, isStepCount, jsonSchema, tool } from 'ai';
import OpenAI from 'openai';
import { useGateway } from '../support/gateway.ts';
import { WEATHER, type Setup } from './support/client.ts';
import { UPSTREAMS } from './support/upstreams/index.ts';
import { SAID, startUpstream, type RunningUpstream } from './support/upstreams/upstream.ts';

const KEY = 'key-of-the-caller';
const QUESTION = 'How warm is it in Paris and in Tōkyō?';

type Run = (input: unknown) => Promise<string>;

/** How each client is told to run tools itself until the model is done. */
const LOOPS: Readonly<Record<string, (setup: Setup, run: Run) => Promise<string | null | undefined>>> = {
  async openai({ url, headers, model }, run) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY, defaultHeaders: headers, maxRetries: 0 });
    const { name, description, parameters } = WEATHER;
    const runner = client.chat.completions.runTools({
      model,
      messages: [{ role: 'user', content: QUESTION }],
      tools: [{ type: 'function', function: { name, description, parameters, parse: JSON.parse, function: run } }],
    });
    return runner.finalContent();
  },
  async '@anthropic-ai/sdk'({ url, headers, model }, run) {
    const client = new Anthropic({ baseURL: url, apiKey: KEY, defaultHeaders: headers, maxRetries: 0 });
    const { name, description, parameters } = WEATHER;
    const message = await client.beta.messages.toolRunner({
      model,
      max_tokens: 4096,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [{ role: 'user', content: QUESTION }],
      tools: [betaTool({ name, description, inputSchema: parameters, run })],
    });
    return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  },
  async '@google/genai'({ url, headers, model }, run) {
    const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url, headers: { ...headers } } });
    const { name, description, parameters } = WEATHER;
    const callable: CallableTool = {
      tool: async () => ({ functionDeclarations: [{ name, description, parametersJsonSchema: parameters }] }),
      callTool: (calls) =>
        Promise.all(calls.map(async ({ id = '', args }) => ({ functionResponse: { id, name, response: { output: await run(args) } } }))),
    };
    return (await client.models.generateContent({ model, contents: QUESTION, config: { tools: [callable] } })).text;
  },
  async 'ai with @ai-sdk/openai'({ url, headers, model }, run) {
    const { description, parameters } = WEATHER;
    const { text } = await generateText({
      model: createOpenAI({ baseURL: `${url}/v1`, apiKey: KEY, headers })(model),
      prompt: QUESTION,
      tools: { [WEATHER.name]: tool({ description, inputSchema: jsonSchema(parameters), execute: run }) },
      stopWhen: isStepCount(3),
      maxRetries: 0,
    });
    return text;
  },
};

Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

for (const [name, loop] of Object.entries(LOOPS)) {
  describe(`${name}, running tools itself`, () => {
    const gateway = useGateway();
    for (const kind of UPSTREAMS) {
      describe(`on ${kind.name}`, () => {
        let upstream: RunningUpstream;
        before(async () => void (upstream = await startUpstream(kind)));
        after(() => upstream.close());

        it('calls each tool that the model asks for, and answers with what the model makes of it', async () => {
          const inputs: unknown[] = [];
          const run: Run = async (input) => `${inputs.push(input)} °C`;
          const text = await loop({ url: gateway.url, headers: upstream.headers, model: kind.model }, run);
          assert.deepEqual(
            inputs,
            SAID.cities.map((city) => ({ city })),
          );
          assert.equal(text, SAID.report.join(''));
          const [paris, tokyo] = SAID.cities.map((city) => ({ name: WEATHER.name, input: { city } }));
          assert.deepEqual(upstream.heard().results, [
            { call: paris, text: '1 °C' },
            { call: tokyo, text: '2 °C' },
          ]);
        });
      });
    }
  });
}
