import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly deed: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks once more before something is gone. */
export function Confirm({ title, children, deed, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            look="danger"
            icon="trash"
            onClick={() => {
              onClose();
              onConfirm();
            }}
          >
            {deed}
          </Button>
        </>
      }
    >
      <p>{children}</p>
    </Dialog>
  );
}
