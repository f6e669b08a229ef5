import { useRef, type KeyboardEvent } from 'react';
import { JsonText } from '../../ui/code.tsx';

interface JsonEditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly label: string;
  readonly isReadOnly?: boolean;
}

/** A box for JSON with colours behind the letters. Tab stays the key that leaves it. */
export function JsonEditor({ text, onChange, label, isReadOnly = false }: JsonEditorProps) {
  const back = useRef<HTMLPreElement>(null);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== 'Enter') return;
    const { selectionStart: at, selectionEnd: end, value } = event.currentTarget;
    const line = value.slice(value.lastIndexOf('\n', at - 1) + 1, at);
    const deeper = /[{[]\s*$/.test(line) ? '  ' : '';
    const added = `\n${/^\s*/.exec(line)?.[0] ?? ''}${deeper}`;
    if (added === '\n') return;
    event.preventDefault();
    // The browser's own command keeps the history of undoing.
    event.currentTarget.setSelectionRange(at, end);
    document.execCommand('insertText', false, added);
  };
  return (
    <div className="json-editor">
      <pre ref={back} aria-hidden="true">
        <JsonText text={text} />
        {'\n'}
      </pre>
      <textarea
        aria-label={label}
        spellCheck={false}
        autoCapitalize="off"
        readOnly={isReadOnly}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        onScroll={(event) => back.current?.scrollTo(event.currentTarget.scrollLeft, event.currentTarget.scrollTop)}
      />
    </div>
  );
}
