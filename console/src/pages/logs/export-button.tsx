import { useState } from 'react';
import { adminKey } from '../../api/admin-key.ts';
import { adminHeaders, ApiError, queryOf, readJson } from '../../api/client.ts';
import { sayWhy } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { queryFor, type Filters } from './use-logs.ts';

/** Takes the calls that fit away, a line of JSON each. */
export function ExportButton({ filters }: { readonly filters: Filters }) {
  const [isBusy, setBusy] = useState(false);
  const take = async (): Promise<void> => {
    const url = `/admin/v1/logs/export${queryOf(queryFor(filters))}`;
    // Without a key the browser can write it to the disk as it comes; a link cannot carry one.
    if (adminKey() === undefined) return save(url);
    setBusy(true);
    try {
      const response = await fetch(url, { headers: adminHeaders() });
      if (!response.ok) throw new ApiError(response.status, await readJson(response));
      const blob = URL.createObjectURL(await response.blob());
      save(blob);
      setTimeout(() => URL.revokeObjectURL(blob), 10_000);
    } catch (error) {
      sayWhy(error);
    }
    setBusy(false);
  };
  return (
    <Button icon="out" disabled={isBusy} onClick={() => void take()}>
      {isBusy ? 'Exporting…' : 'Export'}
    </Button>
  );
}

function save(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = 'calls.jsonl';
  link.click();
}
