import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatibleToday } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Snowflake Cortex, OpenAI-compatible; it leaves finish reasons empty. */
export const cortex = defineProvider({
  id: 'cortex',
  name: 'Snowflake Cortex',
  docs: 'https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api',
  baseURL: 'https://{snowflake_account}.snowflakecomputing.com/api/v2',
  auth: [{ scheme: 'bearer' }],
  options: [
    { name: 'snowflake_account', required: true, description: 'Account identifier, the first part of the account URL.' },
    {
      name: 'snowflake_token_type',
      sendAs: 'x-snowflake-authorization-token-type',
      description: '`KEYPAIR_JWT`, `OAUTH` or `PROGRAMMATIC_ACCESS_TOKEN`; found out by Snowflake where it is not set.',
    },
  ],
  keyVariable: 'SNOWFLAKE_TOKEN',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/cortex/v1/chat/completions', quirks: { ...compatibleToday, repair: {} } }],
  },
});
