import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { keepAdminKey } from '../api/admin-key.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';

/** Asks for the admin key, and tries it. */
export function AdminKeyDialog() {
  const client = useQueryClient();
  const [key, setKey] = useState('');
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const response = await fetch('/admin/v1/status', { headers: { authorization: `Bearer ${key}` } });
    if (response.status === 401 || response.status === 403) return setError('The gateway refuses this key.');
    keepAdminKey(key);
    await client.invalidateQueries();
  };
  return (
    <Dialog title="This gateway wants its admin key" onClose={() => keepAdminKey(undefined)}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p className="quiet">
          It is what <code>SLUICE_ADMIN_KEY</code> was set to where the gateway was started. It is kept for this tab only, and sent to nobody else.
        </p>
        <TextField
          label="Admin key"
          type="password"
          name="admin-key"
          value={key}
          error={error}
          autoFocus
          required
          onChange={(event) => setKey(event.target.value)}
        />
        <div className="row">
          <Button type="submit" look="primary" icon="lock">
            Open the console
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
