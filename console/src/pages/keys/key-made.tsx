import type { ApiKey } from '../../api/types.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Shows the text of a new key, this once. */
export function KeyMade({ made, onClose }: { readonly made: ApiKey; readonly onClose: () => void }) {
  return (
    <Dialog
      title={`The key of ${made.name}`}
      onClose={onClose}
      footer={
        <>
          <LinkButton to="/connect">Connect a client</LinkButton>
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>Copy it now: the gateway keeps only a hash, and cannot show it again.</p>
        <Code text={made.key ?? ''} label="Copy the key" />
        <p className="hint">
          Clients send it as <code>x-sluice-api-key</code>, or in the place of a provider&apos;s key.
        </p>
      </div>
    </Dialog>
  );
}
