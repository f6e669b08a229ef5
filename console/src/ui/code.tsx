import { jsonTokens } from '../text/json-tokens.ts';
import { CopyButton } from './copy.tsx';

/** Text of a program in a frame, with a button that copies it. `json` is coloured. */
export function Code({
  text,
  language,
  label = 'Copy',
  max,
}: {
  readonly text: string;
  readonly language?: 'json' | undefined;
  readonly label?: string;
  readonly max?: number;
}) {
  return (
    <div className="code">
      <pre tabIndex={0} style={max === undefined ? undefined : { maxHeight: max }}>
        <code>{language === 'json' ? <JsonText text={text} /> : text}</code>
      </pre>
      <div className="code-copy">
        <CopyButton text={text} label={label} bare />
      </div>
    </div>
  );
}

/** JSON with its names, texts and numbers in colour. */
export function JsonText({ text }: { readonly text: string }) {
  if (text.length > 200_000) return text;
  return jsonTokens(text).map(({ kind, text: piece }, i) =>
    kind === 'plain' ? (
      piece
    ) : (
      <span key={i} className={`json-${kind}`}>
        {piece}
      </span>
    ),
  );
}
