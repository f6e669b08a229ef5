import { ERRORS } from '../../src/errors.ts';

const RECOVERY = { retry: 'this target, then the next', next: 'the next target', stop: 'nothing' } as const;

/** Writes the reference of errors from the table in `src/errors.ts`. */
export function generate(): { readonly path: string; readonly text: string }[] {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, type, recovery, title }]) => `| \`${code}\` | ${status} | \`${type}\` | ${RECOVERY[recovery]} | ${title} |`,
  );
  return [{ path: 'docs/errors.md', text: `${INTRODUCTION}${rows.join('\n')}\n` }];
}

const INTRODUCTION = `# Errors

Every error that the gateway itself raises is one of these. It is answered in the shape of the client's own API (OpenAI's \`{"error": {"message", "type",
"param", "code"}}\`, Anthropic's \`{"type": "error", "error": …}\`, Gemini's \`{"error": {"code", "message", "status"}}\`), with the status of the table; \`code\` is
the first column. An error that a provider sent keeps the provider's status and message.

*May be tried again* says what a config with retries or further targets does when no status codes are named: try the same target once more, go on to the next
one, or give the error to the client at once. Nothing is tried again once the client has seen the first content of an answer.

This page is generated from \`src/errors.ts\`.

| code | status | type | may be tried again | meaning |
|---|--:|---|---|---|
`;
