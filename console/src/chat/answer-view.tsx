import { Markdown } from '../text/markdown.tsx';
import { Code } from '../ui/code.tsx';
import { Icon } from '../ui/icon.tsx';
import { Failure } from '../ui/states.tsx';
import { prettyArguments, type Answer } from './answer.ts';

/** An answer as people read it: thoughts folded away, text, tool calls, and what went wrong. */
export function AnswerView({ answer, isOver = true }: { readonly answer: Answer; readonly isOver?: boolean }) {
  const isEmpty = answer.text === '' && answer.reasoning === '' && answer.tools.length === 0 && answer.error === undefined;
  return (
    <div className="answer" aria-busy={!isOver}>
      {answer.reasoning === '' ? null : (
        <details className="thoughts" open={!isOver && answer.text === ''}>
          <summary>Reasoning</summary>
          <Markdown text={answer.reasoning} />
        </details>
      )}
      <AnswerText text={answer.text} />
      {answer.tools.map(({ id, name, arguments: given }, i) => (
        <div key={`${id} ${i}`} className="tool-call">
          <p className="row">
            <Icon name="tool" size={14} />
            <code>{name}</code>
          </p>
          <Code text={prettyArguments(given)} language="json" />
        </div>
      ))}
      {answer.error === undefined ? null : <Failure error={new Error(answer.error)} />}
      {isEmpty && isOver ? <p className="quiet">The answer is empty.</p> : null}
      {isOver ? null : <span className="caret" aria-hidden="true" />}
    </div>
  );
}

function AnswerText({ text }: { readonly text: string }) {
  if (text === '') return null;
  return looksLikeJson(text) ? <Code text={prettyArguments(text)} language="json" /> : <Markdown text={text} />;
}

function looksLikeJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
