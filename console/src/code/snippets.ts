import { keyIn, type CodeCall } from './asked.ts';
import { anthropicNode, bedrockNode, cohereNode, googleNode, responsesNode } from './dialect-snippets.ts';
import { curlCommand, pythonLiteral, scriptLiteral } from './literals.ts';

export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly write: (call: CodeCall) => string;
}

/** Chat completions in Python. */
export function openaiPython(call: CodeCall): string {
  const { stream, stream_options: _, ...body } = call.body;
  const members = Object.entries({ ...body, ...(stream === true ? { stream: true } : {}) }).map(
    ([name, value]) => `    ${name}=${pythonLiteral(value, 1)},`,
  );
  const read =
    stream === true
      ? 'for chunk in answer:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")'
      : `print(answer.choices[0].message${'tools' in body ? '' : '.content'})`;
  return `from openai import OpenAI

client = OpenAI(
    base_url="${call.origin}/v1",
    api_key="${keyIn(call)}",
    default_headers=${pythonLiteral(call.headers, 1)},
)
answer = client.chat.completions.create(
${members.join('\n')}
)
${read}
`;
}

function openaiNode(call: CodeCall): string {
  const { stream_options: _, ...body } = call.body;
  const read =
    body['stream'] === true
      ? "for await (const chunk of answer) process.stdout.write(chunk.choices[0]?.delta.content ?? '');"
      : `console.log(answer.choices[0].message${'tools' in body ? '' : '.content'});`;
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${call.origin}/v1',
  apiKey: '${keyIn(call)}',
  defaultHeaders: ${scriptLiteral(call.headers, 1)},
});
const answer = await client.chat.completions.create(${scriptLiteral(body)});
${read}
`;
}

const PORTKEY_NAMES: Readonly<Record<string, string>> = {
  'x-sluice-provider': 'provider',
  'x-sluice-config': 'config',
  'x-sluice-api-key': 'apiKey',
};

/** Portkey's own client. */
export function portkeyNode(call: CodeCall): string {
  const { stream, stream_options: _, ...body } = call.body;
  const options = Object.fromEntries(
    Object.entries(call.headers).flatMap(([name, value]) => (name in PORTKEY_NAMES ? [[PORTKEY_NAMES[name] as string, value]] : [])),
  );
  const read =
    stream === true
      ? "for await (const chunk of answer) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');"
      : `console.log(answer.choices[0].message${'tools' in body ? '' : '.content'});`;
  return `import { Portkey } from 'portkey-ai';

const client = new Portkey(${scriptLiteral({ baseURL: `${call.origin}/v1`, apiKey: keyIn(call), ...options })});
const answer = await client.chat.completions.create(${scriptLiteral({ ...body, ...(stream === true ? { stream } : {}) })});
${read}
`;
}

/** A call as curl, and as code for the official library of each dialect. */
export const SNIPPETS: readonly Snippet[] = [
  {
    id: 'curl',
    title: 'curl',
    write: ({ origin, headers, body }) =>
      curlCommand({ url: `${origin}/v1/chat/completions`, headers: { 'content-type': 'application/json', ...headers }, body }),
  },
  { id: 'openai-python', title: 'OpenAI · Python', write: openaiPython },
  { id: 'openai-node', title: 'OpenAI · Node', write: openaiNode },
  { id: 'responses', title: 'Responses', write: responsesNode },
  { id: 'anthropic', title: 'Anthropic', write: anthropicNode },
  { id: 'google', title: 'Google', write: googleNode },
  { id: 'bedrock', title: 'Bedrock', write: bedrockNode },
  { id: 'cohere', title: 'Cohere', write: cohereNode },
  { id: 'portkey', title: 'Portkey', write: portkeyNode },
];
