import type { LoggedCall, Usage } from '../../api/types.ts';
import { countText, moneyText } from '../../format/number.ts';
import { Panel } from '../../ui/panel.tsx';

const BUCKETS: readonly (readonly [name: keyof Usage, label: string])[] = [
  ['input', 'Input'],
  ['cache_read', 'Read from the prompt cache'],
  ['cache_write', 'Written to the prompt cache'],
  ['output', 'Output'],
  ['reasoning', 'Reasoning'],
];

/** Tokens and money by what they were used for. */
export function CostPanel({ call }: { readonly call: LoggedCall }) {
  const usage = call.usage ?? {};
  const parts = call.cost_parts ?? {};
  const rows = BUCKETS.filter(([name]) => (usage[name] ?? 0) > 0 || costOf(parts, name) !== undefined);
  if (rows.length === 0) return null;
  return (
    <Panel title="Cost" flush>
      <table className="table">
        <thead>
          <tr>
            <th>Part</th>
            <th className="right">Tokens</th>
            <th className="right">USD</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, label]) => (
            <tr key={name}>
              <td>{label}</td>
              <td className="right">{countText(usage[name] ?? 0)}</td>
              <td className="right">{moneyText(costOf(parts, name))}</td>
            </tr>
          ))}
          <tr>
            <td className="name">Total</td>
            <td className="right">{countText(usage.total ?? 0)}</td>
            <td className="right name">{call.cost == null ? 'no price' : moneyText(call.cost)}</td>
          </tr>
        </tbody>
      </table>
    </Panel>
  );
}

function costOf(parts: Readonly<Record<string, number>>, name: string): number | undefined {
  return parts[name] ?? parts[name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
}
