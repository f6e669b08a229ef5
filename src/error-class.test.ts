import assert from 'node:assert/strict';
import { it } from 'node:test';
import { errorClass, type ErrorClass } from './error-class.ts';
import { GatewayError } from './errors.ts';

const upstream = (status: number, message: string, publicCode?: string): GatewayError =>
  new GatewayError('upstream_error', message, { status, publicCode });

it('tells errors apart by status and by what providers write', () => {
  const cases: readonly (readonly [ErrorClass, GatewayError])[] = [
    ['rate_limit', upstream(429, 'Rate limit reached for gpt-4 on tokens per min (TPM): Limit 10000')],
    ['quota', upstream(429, 'You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota')],
    ['quota', upstream(400, 'Your credit balance is too low to access the Anthropic API.')],
    ['quota', upstream(402, 'Insufficient Balance')],
    ['overloaded', upstream(529, 'Overloaded')],
    ['overloaded', upstream(503, 'The model is overloaded. Please try again later.')],
    ['overloaded', upstream(500, 'The engine is currently overloaded')],
    ['context_length', upstream(400, "This model's maximum context length is 8192 tokens.", 'context_length_exceeded')],
    ['context_length', upstream(400, 'prompt is too long: 215000 tokens > 200000 maximum')],
    ['context_length', upstream(400, 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).')],
    [
      'content_policy',
      upstream(400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", 'content_filter'),
    ],
    ['content_policy', upstream(400, 'Your request was rejected as a result of our safety system.', 'moderation_blocked')],
    ['context_length', upstream(422, 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.')],
    ['context_length', upstream(400, 'Invalid request: Your request exceeded model token limit: 8192')],
    ['context_length', upstream(400, 'Prompt exceeds max length', '1261')],
    ['context_length', upstream(400, 'Range of input length should be [1, 98304]')],
    ['content_policy', upstream(403, 'Your input was flagged')],
    ['content_policy', upstream(403, 'Content violates usage guidelines.')],
    ['content_policy', upstream(400, 'Content Exists Risk')],
    ['content_policy', upstream(400, '系统检测到输入或生成内容可能包含不安全或敏感内容', '1301')],
    ['quota', upstream(403, 'Your team has either used all available credits or reached its monthly spending limit.')],
    ['auth', upstream(401, 'Incorrect API key provided')],
    ['auth', upstream(400, 'Incorrect API key provided: sk***. You can obtain an API key from https://console.x.ai.')],
    ['auth', upstream(400, 'API key not valid. Please pass a valid API key.')],
    ['invalid_request', upstream(400, 'max_tokens exceeds the maximum of this model')],
    ['auth', upstream(403, 'Permission denied')],
    ['timeout', upstream(504, 'Gateway timeout')],
    ['timeout', new GatewayError('request_timeout', 'x')],
    ['network', new GatewayError('upstream_unreachable', 'x')],
    ['stream_break', new GatewayError('stream_truncated', 'x')],
    ['server', upstream(500, 'billing service failed')],
    ['server', upstream(424, 'The model failed to process the request.')],
    ['invalid_request', upstream(400, "Unknown parameter: 'foo'.")],
    ['invalid_request', upstream(404, 'The model `x` does not exist')],
  ];
  for (const [expected, error] of cases) assert.equal(errorClass(error), expected, error.message);
});
