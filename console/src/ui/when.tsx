import { agoText, dateText } from '../format/time.ts';

/** How far a moment is from now, and under the pointer when it is. */
export function When({ at }: { readonly at: string | null | undefined }) {
  if (at === null || at === undefined) return 'never';
  return (
    <time dateTime={at} title={dateText(at)}>
      {agoText(at)}
    </time>
  );
}
