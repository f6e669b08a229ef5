import type { CountHost } from '../count-dialect.ts';
import { gemini } from '../gemini/index.ts';
import { geminiCount } from '../gemini-count/index.ts';

/** Token counts of Gemini models on Vertex AI, which takes what is asked bare: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/count-tokens */
export const vertexCount: CountHost = {
  chat: gemini,
  request: {
    encode: (request) => {
      const { contents, systemInstruction, tools } = gemini.request.encode(request).wire;
      return { contents, systemInstruction, tools };
    },
  },
  reply: geminiCount.reply,
};
