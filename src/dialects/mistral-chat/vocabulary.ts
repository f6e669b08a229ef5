declare module '../../ir/dialect-id.ts' {
  interface DialectIds {
    readonly 'mistral-chat': true;
  }
}

/** The dialect's own id. What the canonical form does not model is kept as OpenAI's, whose format this is but for what this folder says. */
export const OWN = 'mistral-chat';
