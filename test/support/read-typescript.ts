/** What the architecture tests look at in a source file. */
export interface SourceText {
  /** Imports, re-exports and dynamic imports, types included: the specifier, and what stands between `import` and `from`. */
  readonly imports: readonly { readonly from: string; readonly names: string }[];
  /** The text of every string literal, module specifiers left out, and of the fixed parts of templates. */
  readonly literals: readonly string[];
  /** Unquoted names of members in object literals and types. */
  readonly keys: readonly string[];
  readonly comments: readonly string[];
}

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const BEFORE_SPECIFIER = /\b(?:import|export)\b([^'";]*)\bfrom\s*$|\bimport\s*\(?\s*$/;

/** Splits a source into what matters to the architecture tests, without a parser. */
export function readTypeScript(text: string): SourceText {
  const imports: { from: string; names: string }[] = [];
  const literals: string[] = [];
  const comments: string[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const inner = token.slice(1, -1);
    const before = token.startsWith('/') ? null : BEFORE_SPECIFIER.exec(text.slice(Math.max(0, index - 1000), index));
    if (token.startsWith('/')) comments.push(token);
    else if (before === null) literals.push(inner);
    else imports.push({ from: inner, names: before[1]?.trim() ?? '*' });
  }
  const code = text.replaceAll(TOKEN, (token) => (token.startsWith('/') ? '' : "''"));
  const keys = [...code.matchAll(/[{,;(]\s*(?:readonly\s+)?([A-Za-z_$][\w$]*)\??:/g)].map((match) => match[1] ?? '');
  return { imports, literals, comments, keys };
}
