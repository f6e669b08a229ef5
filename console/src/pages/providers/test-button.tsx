import { useMutation } from '@tanstack/react-query';
import { admin } from '../../api/client.ts';
import { sayWhy } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';

interface TestReply {
  readonly ok?: boolean;
  readonly status?: number | string | null;
  readonly ms?: number;
  readonly message?: string | null;
  readonly error?: { readonly message?: string } | string | null;
}

/** Asks a provider something small, to see that its key is good. */
export function TestButton({ id }: { readonly id: string }) {
  const test = useMutation({
    mutationFn: () => admin<TestReply>(`/providers/${encodeURIComponent(id)}/test`, { method: 'POST', body: {} }),
    onSuccess: (reply) => toast(...verdictOf(reply)),
    onError: sayWhy,
  });
  return (
    <Button small disabled={test.isPending} onClick={() => test.mutate()}>
      {test.isPending ? 'Asking…' : 'Test'}
    </Button>
  );
}

function verdictOf({ ok, ms, message, error, status }: TestReply): [text: string, tone: 'good' | 'bad'] {
  if (ok !== false) return [ms === undefined ? 'It answers' : `It answers, in ${Math.round(ms)} ms`, 'good'];
  const words = typeof error === 'string' ? error : error?.message;
  return [words ?? message ?? `It answers with ${status ?? 'an error'}`, 'bad'];
}
