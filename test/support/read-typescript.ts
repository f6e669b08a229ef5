/** What the architecture tests look at in a source file. */
export interface SourceText {
  /** Module specifiers of imports, re-exports and dynamic imports, types included. */
  readonly imports: readonly string[];
  /** The text of every string literal, module specifiers left out, and of the fixed parts of templates. */
  readonly literals: readonly string[];
  /** Unquoted names of members in object literals and types. */
  readonly keys: readonly string[];
  readonly comments: readonly string[];
}

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const BEFORE_SPECIFIER = /\b(?:from|import)\s*\(?\s*$/;

/** Splits a source into what matters to the architecture tests, without a parser. */
export function readTypeScript(text: string): SourceText {
  const imports: string[] = [];
  const literals: string[] = [];
  const comments: string[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const inner = token.slice(1, -1);
    if (token.startsWith('/')) comments.push(token);
    else if (BEFORE_SPECIFIER.test(text.slice(Math.max(0, index - 40), index))) imports.push(inner);
    else literals.push(inner);
  }
  const code = text.replaceAll(TOKEN, (token) => (token.startsWith('/') ? '' : "''"));
  const keys = [...code.matchAll(/[{,;(]\s*(?:readonly\s+)?([A-Za-z_$][\w$]*)\??:/g)].map((match) => match[1] ?? '');
  return { imports, literals, comments, keys };
}
