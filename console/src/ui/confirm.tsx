import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import type { IconName } from './icon.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly deed: string;
  readonly icon?: IconName;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks once more before something is gone. */
export function Confirm({ title, children, deed, icon = 'trash', onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="danger"
            icon={icon}
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
