/** What other gateways call a provider, and the parameters that are options here. */
export interface ForeignName {
  readonly provider: string;
  /** Option by parameter. */
  readonly options?: Readonly<Record<string, string>>;
  /** The option that names the model. */
  readonly modelOption?: string;
}

const vertex = { vertex_project: 'vertex_project_id', vertex_location: 'vertex_region', vertex_credentials: 'vertex_service_account_json' };
const aws = {
  aws_region_name: 'aws_region',
  aws_access_key_id: 'aws_access_key_id',
  aws_secret_access_key: 'aws_secret_access_key',
  aws_session_token: 'aws_session_token',
};

/** By the prefix that LiteLLM puts in front of a model; where nothing stands here the prefix is the provider's own id. */
export const LITELLM_NAMES: Readonly<Record<string, ForeignName>> = {
  azure: { provider: 'azure-openai', options: { api_version: 'api_version' }, modelOption: 'deployment_id' },
  azure_ai: { provider: 'azure-ai' },
  bedrock: { provider: 'bedrock', options: aws },
  bedrock_converse: { provider: 'bedrock', options: aws },
  sagemaker: { provider: 'sagemaker', options: aws },
  vertex_ai: { provider: 'vertex-ai', options: vertex },
  vertex_ai_beta: { provider: 'vertex-ai', options: vertex },
  gemini: { provider: 'google' },
  palm: { provider: 'palm' },
  cloudflare: { provider: 'workers-ai' },
  cohere_chat: { provider: 'cohere' },
  mistral: { provider: 'mistral-ai' },
  codestral: { provider: 'mistral-ai' },
  together_ai: { provider: 'together-ai' },
  fireworks_ai: { provider: 'fireworks-ai' },
  perplexity: { provider: 'perplexity-ai' },
  xai: { provider: 'x-ai' },
  zai: { provider: 'z-ai' },
  ollama_chat: { provider: 'ollama' },
  hosted_vllm: { provider: 'vllm' },
  lm_studio: { provider: 'lmstudio' },
  openai_like: { provider: 'openai-compatible' },
  custom_openai: { provider: 'openai-compatible' },
  text_completion_openai: { provider: 'openai' },
  nvidia_nim: { provider: 'nvidia' },
  jina_ai: { provider: 'jina' },
  lambda_ai: { provider: 'lambda' },
  novita: { provider: 'novita-ai' },
  nebius: { provider: 'nebius' },
  featherless_ai: { provider: 'featherless-ai' },
  friendliai: { provider: 'friendli' },
  inference_net: { provider: 'inference-net' },
  oci: { provider: 'oracle' },
};

/** Providers of models whose names come without a prefix. */
export const PLAIN_MODELS: readonly (readonly [beginning: RegExp, provider: string])[] = [
  [/^(?:gpt-|chatgpt-|o\d|text-embedding-|dall-e|whisper|tts-|ft:)/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^command/, 'cohere'],
];

/** The host name in front of the domain that an Azure resource's address has. */
export const AZURE_ADDRESS = /^https:\/\/([a-z0-9-]+)\.openai\.azure\.com\/?/i;

/** Providers whose base URL ends with the version, which others leave out of theirs. */
export const VERSIONED: ReadonlySet<string> = new Set(['openai', 'openai-compatible', 'vllm', 'lmstudio']);
