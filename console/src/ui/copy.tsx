import { useState } from 'react';
import { Button, IconButton } from './button.tsx';
import { toast } from './toast.tsx';

/** Copies a text; where the page has no clipboard (plain HTTP from another machine) by a selection. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

/** A button that copies, and says so. */
export function CopyButton({
  text,
  label = 'Copy',
  bare = false,
}: {
  readonly text: string | (() => string);
  readonly label?: string;
  readonly bare?: boolean;
}) {
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(typeof text === 'string' ? text : text());
    toast('Copied');
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  const icon = isDone ? 'check' : 'copy';
  if (bare) return <IconButton icon={icon} label={label} onClick={() => void copy()} />;
  return (
    <Button small icon={icon} onClick={() => void copy()}>
      {label}
    </Button>
  );
}
