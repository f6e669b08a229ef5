import { useQuery } from '@tanstack/react-query';
import { admin, queryOf } from '../api/client.ts';
import type { List, UsageState } from '../api/types.ts';
import { countText, moneyText } from '../format/number.ts';
import { Progress } from './progress.tsx';
import { When } from './when.tsx';

/** How much of every limit is used, or of those of one subject; live. */
export function useUsage(subject?: string) {
  return useQuery({
    queryKey: ['usage', subject],
    queryFn: async ({ signal }) => (await admin<List<UsageState>>(`/usage${queryOf({ subject })}`, { signal })).data,
    refetchInterval: 5000,
  });
}

/** An amount in the unit of its limit. */
export function amountText(type: string, value: number): string {
  return type === 'cost' ? moneyText(value) : countText(value);
}

/** What stands behind an amount: `requests`, `request`; nothing for money, which has its sign in front. */
export function unitText(type: string, amount: number): string {
  return type === 'cost' ? '' : amount === 1 ? type.replace(/s$/, '') : type;
}

/** What one key or provider has used of its limits; nothing where it has none. */
export function UsageOf({ kind, id }: { readonly kind: string; readonly id: string }) {
  const states = useUsage().data ?? [];
  return states.filter(({ subject }) => subject.kind === kind && subject.id === id).map((state) => <Meter key={keyOf(state)} state={state} />);
}

/** What tells the states of limits apart. */
export function keyOf({ limit_id: id, subject }: UsageState): string {
  return `${id} ${JSON.stringify(subject)}`;
}

function Meter({ state }: { readonly state: UsageState }) {
  return (
    <div className="meter">
      <div className="spread">
        <span className="numbers">
          {amountText(state.type, state.used)}{' '}
          <span className="quiet">
            of {amountText(state.type, state.limit)} {unitText(state.type, state.limit)}
          </span>
        </span>
        {state.resets_at == null ? null : (
          <span className="hint">
            resets <When at={state.resets_at} />
          </span>
        )}
      </div>
      <Progress used={state.used} limit={state.limit} label={`Used of ${state.limit_id}`} />
    </div>
  );
}
