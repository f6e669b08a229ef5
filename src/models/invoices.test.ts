import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { bedrockConverse } from '../dialects/bedrock-converse/index.ts';
import { cohereChat } from '../dialects/cohere-chat/index.ts';
import type { UsageCodec } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import type { JsonObject } from '../ir/json.ts';
import { costOf } from './cost.ts';
import { PriceBook } from './price-book.ts';

/** Prices change; these are the published ones of this day. */
const DAY = Date.parse('2026-01-15T12:00:00Z');
const MILLION = 1_000_000;

interface Invoice {
  readonly what: string;
  readonly seller: string;
  readonly model: string;
  readonly codec: UsageCodec;
  /** As the provider wrote it. */
  readonly usage: JsonObject;
  readonly tier?: string;
  /** USD, by the provider's published prices for a million tokens. */
  readonly bill: number;
}

const chat = openaiChat.usage;
const messages = anthropicMessages.usage;

const INVOICES: readonly Invoice[] = [
  {
    what: 'a prompt that was cached for the most part',
    seller: 'openai',
    model: 'gpt-4o-2024-08-06',
    codec: chat,
    usage: {
      prompt_tokens: 1117,
      completion_tokens: 46,
      total_tokens: 1163,
      prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
    },
    bill: (93 * 2.5 + 1024 * 1.25 + 46 * 10) / MILLION,
  },
  {
    what: 'a small model without a cache',
    seller: 'openai',
    model: 'gpt-4o-mini-2024-07-18',
    codec: chat,
    usage: { prompt_tokens: 82, completion_tokens: 17, total_tokens: 99, prompt_tokens_details: { cached_tokens: 0 } },
    bill: (82 * 0.15 + 17 * 0.6) / MILLION,
  },
  {
    what: 'a dated name',
    seller: 'openai',
    model: 'gpt-4.1-2025-04-14',
    codec: chat,
    usage: { prompt_tokens: 5319, completion_tokens: 288, total_tokens: 5607, prompt_tokens_details: { cached_tokens: 4864 } },
    bill: (455 * 2 + 4864 * 0.5 + 288 * 8) / MILLION,
  },
  {
    what: 'the smallest model',
    seller: 'openai',
    model: 'gpt-4.1-nano',
    codec: chat,
    usage: { prompt_tokens: 2006, completion_tokens: 300, total_tokens: 2306, prompt_tokens_details: { cached_tokens: 1920 } },
    bill: (86 * 0.1 + 1920 * 0.025 + 300 * 0.4) / MILLION,
  },
  {
    what: 'thought that is counted as output',
    seller: 'openai',
    model: 'o3-2025-04-16',
    codec: chat,
    usage: { prompt_tokens: 91, completion_tokens: 1400, total_tokens: 1491, completion_tokens_details: { reasoning_tokens: 1216 } },
    bill: (91 * 2 + 184 * 8 + 1216 * 8) / MILLION,
  },
  {
    what: 'thought behind a cached prompt',
    seller: 'openai',
    model: 'o4-mini',
    codec: chat,
    usage: {
      prompt_tokens: 2100,
      completion_tokens: 900,
      total_tokens: 3000,
      prompt_tokens_details: { cached_tokens: 2048 },
      completion_tokens_details: { reasoning_tokens: 832 },
    },
    bill: (52 * 1.1 + 2048 * 0.275 + 68 * 4.4 + 832 * 4.4) / MILLION,
  },
  {
    what: 'an answer of the Responses API',
    seller: 'openai',
    model: 'gpt-5-2025-08-07',
    codec: openaiResponses.usage,
    usage: {
      input_tokens: 3210,
      input_tokens_details: { cached_tokens: 2944 },
      output_tokens: 1450,
      output_tokens_details: { reasoning_tokens: 1024 },
      total_tokens: 4660,
    },
    bill: (266 * 1.25 + 2944 * 0.125 + 426 * 10 + 1024 * 10) / MILLION,
  },
  {
    what: 'flex processing, which costs half',
    seller: 'openai',
    model: 'gpt-5-mini-2025-08-07',
    codec: chat,
    tier: 'flex',
    usage: { prompt_tokens: 4000, completion_tokens: 500, total_tokens: 4500, prompt_tokens_details: { cached_tokens: 1024 } },
    bill: (2976 * 0.125 + 1024 * 0.0125 + 500 * 1) / MILLION,
  },
  {
    what: 'priority processing',
    seller: 'openai',
    model: 'gpt-4o-2024-08-06',
    codec: chat,
    tier: 'priority',
    usage: { prompt_tokens: 1500, completion_tokens: 200, total_tokens: 1700, prompt_tokens_details: { cached_tokens: 1280 } },
    bill: (220 * 4.25 + 1280 * 2.125 + 200 * 17) / MILLION,
  },
  {
    what: 'an image made from a text and an image',
    seller: 'openai',
    model: 'gpt-image-1',
    codec: chat,
    usage: { input_tokens: 373, input_tokens_details: { text_tokens: 50, image_tokens: 323 }, output_tokens: 4160, total_tokens: 4533 },
    bill: (50 * 5 + 323 * 10 + 4160 * 40) / MILLION,
  },
  {
    what: 'embeddings',
    seller: 'openai',
    model: 'text-embedding-3-large',
    codec: chat,
    usage: { prompt_tokens: 8123, total_tokens: 8123 },
    bill: (8123 * 0.13) / MILLION,
  },
  {
    what: 'a cache that is written for five minutes and for an hour, and read',
    seller: 'anthropic',
    model: 'claude-sonnet-4-5-20250929',
    codec: messages,
    usage: {
      input_tokens: 21,
      cache_creation_input_tokens: 5000,
      cache_read_input_tokens: 20_000,
      cache_creation: { ephemeral_5m_input_tokens: 3000, ephemeral_1h_input_tokens: 2000 },
      output_tokens: 393,
      service_tier: 'standard',
    },
    tier: 'standard',
    bill: (21 * 3 + 3000 * 3.75 + 2000 * 6 + 20_000 * 0.3 + 393 * 15) / MILLION,
  },
  {
    what: 'a long prompt, all of which costs more, and its answer too',
    seller: 'anthropic',
    model: 'claude-sonnet-4-5-20250929',
    codec: messages,
    usage: { input_tokens: 1000, cache_creation_input_tokens: 0, cache_read_input_tokens: 210_000, output_tokens: 800 },
    bill: (1000 * 6 + 210_000 * 0.6 + 800 * 22.5) / MILLION,
  },
  {
    what: 'the largest model',
    seller: 'anthropic',
    model: 'claude-opus-4-1-20250805',
    codec: messages,
    usage: { input_tokens: 2095, cache_creation_input_tokens: 1111, cache_read_input_tokens: 0, output_tokens: 503 },
    bill: (2095 * 15 + 1111 * 18.75 + 503 * 75) / MILLION,
  },
  {
    what: 'searches, which cost ten dollars a thousand',
    seller: 'anthropic',
    model: 'claude-haiku-4-5-20251001',
    codec: messages,
    usage: { input_tokens: 6039, cache_read_input_tokens: 0, output_tokens: 931, server_tool_use: { web_search_requests: 3 } },
    bill: (6039 * 1 + 931 * 5) / MILLION + (3 * 10) / 1000,
  },
  {
    what: 'a batch, which costs half',
    seller: 'anthropic',
    model: 'claude-3-5-haiku-20241022',
    codec: messages,
    tier: 'batch',
    usage: { input_tokens: 1200, output_tokens: 340, service_tier: 'batch' },
    bill: (1200 * 0.4 + 340 * 2) / MILLION,
  },
  {
    what: 'thoughts, and a prompt that was cached in part',
    seller: 'google',
    model: 'gemini-2.5-pro',
    codec: gemini.usage,
    usage: { promptTokenCount: 3500, cachedContentTokenCount: 2000, candidatesTokenCount: 120, thoughtsTokenCount: 880, totalTokenCount: 4500 },
    bill: (1500 * 1.25 + 2000 * 0.125 + 120 * 10 + 880 * 10) / MILLION,
  },
  {
    what: 'a prompt beyond 200 000 tokens',
    seller: 'google',
    model: 'models/gemini-2.5-pro',
    codec: gemini.usage,
    usage: { promptTokenCount: 250_000, candidatesTokenCount: 1000, thoughtsTokenCount: 500, totalTokenCount: 251_500 },
    bill: (250_000 * 2.5 + 1500 * 15) / MILLION,
  },
  {
    what: 'speech in the prompt',
    seller: 'google',
    model: 'gemini-2.5-flash',
    codec: gemini.usage,
    usage: {
      promptTokenCount: 1010,
      candidatesTokenCount: 60,
      totalTokenCount: 1070,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 10 },
        { modality: 'AUDIO', tokenCount: 1000 },
      ],
    },
    bill: (10 * 0.3 + 1000 * 1 + 60 * 2.5) / MILLION,
  },
  {
    what: 'an image in the answer',
    seller: 'google',
    model: 'gemini-2.5-flash-image',
    codec: gemini.usage,
    usage: {
      promptTokenCount: 14,
      candidatesTokenCount: 1300,
      totalTokenCount: 1314,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    },
    bill: (14 * 0.3 + 10 * 2.5 + 1290 * 30) / MILLION,
  },
  {
    what: 'Claude at Google, by the name that it has there',
    seller: 'vertex-ai',
    model: 'claude-sonnet-4-5@20250929',
    codec: messages,
    usage: { input_tokens: 500, cache_creation_input_tokens: 100, cache_read_input_tokens: 1500, output_tokens: 250 },
    bill: (500 * 3 + 100 * 3.75 + 1500 * 0.3 + 250 * 15) / MILLION,
  },
  {
    what: 'Claude at Amazon through a global profile, with a cache for an hour',
    seller: 'bedrock',
    model: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    codec: bedrockConverse.usage,
    usage: {
      inputTokens: 40,
      outputTokens: 210,
      totalTokens: 4250,
      cacheReadInputTokens: 2000,
      cacheWriteInputTokens: 2000,
      cacheDetails: [{ ttl: '1h', inputTokens: 2000 }],
    },
    bill: (40 * 3 + 2000 * 0.3 + 2000 * 6 + 210 * 15) / MILLION,
  },
  {
    what: 'Nova at Amazon through a profile of a region, named by its ARN',
    seller: 'bedrock',
    model: 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0',
    codec: bedrockConverse.usage,
    usage: { inputTokens: 1800, outputTokens: 220, totalTokens: 3020, cacheReadInputTokens: 1000 },
    bill: (1800 * 0.8 + 1000 * 0.2 + 220 * 3.2) / MILLION,
  },
  {
    what: 'a deployment at Azure, which says in its answer which model it is',
    seller: 'azure-openai',
    model: 'gpt-4o-2024-08-06',
    codec: chat,
    usage: { prompt_tokens: 640, completion_tokens: 64, total_tokens: 704, prompt_tokens_details: { cached_tokens: 0 } },
    bill: (640 * 2.5 + 64 * 10) / MILLION,
  },
  {
    what: 'a host with plain prices',
    seller: 'mistral-ai',
    model: 'mistral-medium-2508',
    codec: chat,
    usage: { prompt_tokens: 900, completion_tokens: 450, total_tokens: 1350 },
    bill: (900 * 0.4 + 450 * 2) / MILLION,
  },
  {
    what: 'an open model at a fast host',
    seller: 'groq',
    model: 'llama-3.3-70b-versatile',
    codec: chat,
    usage: { queue_time: 0.05, prompt_tokens: 3000, prompt_time: 0.01, completion_tokens: 700, total_tokens: 3700, total_time: 2.1 },
    bill: (3000 * 0.59 + 700 * 0.79) / MILLION,
  },
  {
    what: 'thought that is left out of the completion',
    seller: 'x-ai',
    model: 'grok-4-0709',
    codec: chat,
    usage: {
      prompt_tokens: 700,
      completion_tokens: 100,
      total_tokens: 1300,
      prompt_tokens_details: { cached_tokens: 300 },
      completion_tokens_details: { reasoning_tokens: 500 },
    },
    bill: (400 * 3 + 300 * 0.75 + 100 * 15 + 500 * 15) / MILLION,
  },
  {
    what: 'a host with a format of its own',
    seller: 'cohere',
    model: 'command-a-03-2025',
    codec: cohereChat.usage,
    usage: { billed_units: { input_tokens: 510, output_tokens: 90 }, tokens: { input_tokens: 510, output_tokens: 90 } },
    bill: (510 * 2.5 + 90 * 10) / MILLION,
  },
  {
    what: 'an open model with one price for both ways',
    seller: 'together-ai',
    model: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    codec: chat,
    usage: { prompt_tokens: 1111, completion_tokens: 889, total_tokens: 2000 },
    bill: (2000 * 0.88) / MILLION,
  },
  {
    what: 'a host that writes the bill itself',
    seller: 'openrouter',
    model: 'anthropic/claude-sonnet-4.5',
    codec: chat,
    usage: { prompt_tokens: 194, completion_tokens: 2, total_tokens: 196, cost: 0.000612, is_byok: false },
    bill: 0.000612,
  },
  {
    what: 'a host that charges for requests too, and says how much that comes to',
    seller: 'perplexity-ai',
    model: 'sonar',
    codec: chat,
    usage: {
      prompt_tokens: 14,
      completion_tokens: 100,
      total_tokens: 114,
      search_context_size: 'low',
      cost: { input_tokens_cost: 0.000014, output_tokens_cost: 0.0001, request_cost: 0.005, total_cost: 0.005114 },
    },
    bill: (14 * 1 + 100 * 1) / MILLION + 5 / 1000,
  },
];

/** Where the sellers live, as their provider files say. */
const HOMES: Readonly<Record<string, string>> = {
  'azure-openai': 'https://name.openai.azure.com/openai',
  'vertex-ai': 'https://us-east5-aiplatform.googleapis.com',
  'mistral-ai': 'https://api.mistral.ai/v1',
  'together-ai': 'https://api.together.xyz',
  'perplexity-ai': 'https://api.perplexity.ai',
};

describe('what answers cost', () => {
  const book = new PriceBook(() => DAY);
  before(() => book.load());

  for (const { what, seller, model, codec, usage, tier, bill } of INVOICES) {
    it(`is what ${seller} charges: ${what}`, () => {
      const decoded = codec.decode(usage) ?? assert.fail('no usage');
      const { total, parts } = costOf({ usage: decoded, model, tier }, book.ratesOf({ id: seller, url: HOMES[seller] }, [model]));
      assert.ok(total !== null, 'nobody knows the price');
      assert.equal(total.toFixed(9), bill.toFixed(9));
      const sum = Object.values(parts).reduce((all, part) => all + part, 0);
      assert.equal(sum.toFixed(9), bill.toFixed(9), 'the parts make the whole');
    });
  }

  it('is not known of a model without a price, and not nothing', () => {
    const usage = { input: 10, output: 5 };
    assert.deepEqual(costOf({ usage, model: 'm' }, book.ratesOf({ id: 'openai' }, ['no-such-model'])), { total: null, parts: {} });
  });

  it('is not known where one of its parts has no price', () => {
    assert.deepEqual(costOf({ usage: { input: 10, output: 5 }, model: 'm' }, { input: 1 }), { total: null, parts: { input: 10 / MILLION } });
  });
});
