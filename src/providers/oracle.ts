import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

const signed = { oracle_private_key: /./ };

/** Oracle's OpenAI-compatible endpoint, called with a Generative AI API key, or signed with the key of a user. */
export const oracle = defineProvider({
  id: 'oracle',
  name: 'Oracle Cloud Generative AI',
  docs: 'https://docs.oracle.com/en-us/iaas/Content/generative-ai/oci-openai.htm',
  baseURL: 'https://inference.generativeai.{oracle_region}.oci.oraclecloud.com',
  auth: [{ scheme: 'oci-signature', option: 'oracle_private_key' }, { scheme: 'bearer' }],
  options: [
    { name: 'oracle_region', required: true, description: 'OCI region, as `us-chicago-1`.' },
    { name: 'oracle_compartment_id', sendAs: 'opc-compartment-id', description: 'Compartment that is charged.' },
    { name: 'oracle_tenancy', description: 'OCID of the tenancy, for signed requests.' },
    { name: 'oracle_user', description: 'OCID of the user, for signed requests.' },
    { name: 'oracle_fingerprint', description: "Fingerprint of the user's key." },
    { name: 'oracle_private_key', secret: true, description: "The user's private key in PEM form; requests are signed with it." },
    { name: 'oracle_key_passphrase', secret: true, description: 'Passphrase of the key, where it has one.' },
    { name: 'oracle_api_version', default: '20231130', description: 'Version of the API that signed requests go to.' },
    { name: 'oracle_serving_mode', description: 'Not needed: a dedicated endpoint is named as the model.' },
  ],
  keyVariable: 'OCI_GENAI_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/{oracle_api_version}/actions/v1/chat/completions', when: signed, quirks: compatible },
      { dialect: openaiChat, path: '/openai/v1/chat/completions', quirks: compatible },
    ],
    passthrough: [{ when: signed, prefix: '/{oracle_api_version}/actions/v1' }, { prefix: '/openai/v1' }],
  },
});
