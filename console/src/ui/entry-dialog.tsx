import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Confirm } from './confirm.tsx';
import { Dialog } from './dialog.tsx';
import { Refusal } from './refusal.ts';
import { Failure } from './states.tsx';

interface EntryDialogProps {
  /** Undefined: a new one is made. */
  readonly saved: { readonly id: string; readonly name: string; readonly source?: 'api' | 'file' } | undefined;
  /** The title while a new one is made. */
  readonly title: string;
  /** What the button says then. */
  readonly verb: string;
  readonly isBusy: boolean;
  /** Why it could not be saved. */
  readonly error: unknown;
  /** Saves; the dialog closes where that comes about. */
  readonly onSubmit: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly onRemove: (id: string) => void;
  /** What will be if it is deleted. */
  readonly loss: ReactNode;
  readonly children: ReactNode;
}

/** Makes, changes or deletes a saved thing in a drawer; what `sluice.yaml` owns is only shown. */
export function EntryDialog(props: EntryDialogProps) {
  const { saved, title, error, onSubmit, onClose, children } = props;
  const [isAsking, setAsking] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  const isReadOnly = saved?.source === 'file';
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    await onSubmit();
    onClose();
  };
  return (
    <Dialog title={saved?.name ?? title} shape="drawer" onClose={onClose} footer={<Foot {...props} onAsk={() => setAsking(true)} />}>
      <form ref={form} id="entry-form" className="stack wide" onSubmit={(event) => void submit(event).catch(() => undefined)}>
        <fieldset className="stack wide" disabled={isReadOnly}>
          <Refusal value={error}>{children}</Refusal>
        </fieldset>
        {error === null ? null : <Failure error={error} />}
      </form>
      {isAsking ? <Removal {...props} onKeep={() => setAsking(false)} /> : null}
    </Dialog>
  );
}

function Foot({ saved, verb, isBusy, onClose, onAsk }: EntryDialogProps & { readonly onAsk: () => void }) {
  if (saved?.source === 'file') return <span className="hint">sluice.yaml owns it: change it there.</span>;
  return (
    <>
      {saved === undefined ? null : (
        <Button look="danger" icon="trash" onClick={onAsk}>
          Delete
        </Button>
      )}
      <span className="grow" />
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" form="entry-form" look="primary" icon="check" disabled={isBusy}>
        {saved === undefined ? verb : 'Save'}
      </Button>
    </>
  );
}

function Removal({ saved, loss, onRemove, onClose, onKeep }: EntryDialogProps & { readonly onKeep: () => void }) {
  if (saved === undefined) return null;
  const remove = (): void => {
    onRemove(saved.id);
    onClose();
  };
  return (
    <Confirm title={`Delete ${saved.name}?`} deed="Delete" onClose={onKeep} onConfirm={remove}>
      {loss}
    </Confirm>
  );
}
