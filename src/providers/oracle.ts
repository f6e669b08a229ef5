import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Oracle's OpenAI-compatible endpoint, called with a Generative AI API key. */
export const oracle = defineProvider({
  id: 'oracle',
  name: 'Oracle Cloud Generative AI',
  docs: 'https://docs.oracle.com/en-us/iaas/Content/generative-ai/oci-openai.htm',
  baseURL: 'https://inference.generativeai.{oracle_region}.oci.oraclecloud.com',
  auth: [{ scheme: 'bearer' }],
  options: [
    { name: 'oracle_region', required: true, description: 'OCI region, as `us-chicago-1`.' },
    { name: 'oracle_compartment_id', sendAs: 'opc-compartment-id', description: 'Compartment that is charged.' },
  ],
  keyVariable: 'OCI_GENAI_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/openai/v1/chat/completions', quirks: compatible }],
    passthrough: [{ prefix: '/openai/v1' }],
  },
});
