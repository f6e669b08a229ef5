import { useSaved } from '../../api/queries.ts';
import type { SavedConfig } from '../../api/types.ts';
import { Link } from '../../router/link.tsx';
import { navigate } from '../../router/location.ts';
import { LinkButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { SavedList } from '../../ui/saved-list.tsx';
import './configs.css';
import { TEMPLATES } from './templates.ts';
import { nodesOf, treeOf } from './tree.ts';
import { When } from '../../ui/when.tsx';

const COLUMNS: readonly Column<SavedConfig>[] = [
  {
    head: 'Id',
    cell: ({ id }) => (
      <span className="row">
        <code>{id}</code>
        <CopyButton bare text={id} label={`Copy ${id}`} />
      </span>
    ),
  },
  { head: 'Strategy', className: 'quiet', cell: ({ config }) => summaryOf(config) },
  { head: 'Version', isRight: true, cell: ({ version }) => version },
  { head: 'Changed', isRight: true, className: 'quiet', cell: ({ updated_at: at }) => <When at={at} /> },
];

/** All saved configs. */
export function ConfigsPage() {
  const configs = useSaved<SavedConfig>('configs');
  return (
    <Page
      title="Configs"
      lead="Where calls go, and what happens when a target fails. Calls name a config by its id, so a change here reaches all of them at once."
      actions={
        <LinkButton to="/configs/new" look="primary" icon="plus">
          New config
        </LinkButton>
      }
    >
      <Panel flush>
        <SavedList
          label="Saved configs"
          query={configs}
          columns={COLUMNS}
          onOpen={(id) => navigate(`/configs/${id}`)}
          empty={{ icon: 'configs', title: 'No configs yet', words: 'Start from one of these; each can be tried before it is saved.' }}
        />
      </Panel>
      {/* Not before what stands above them, which would push them down. */}
      {configs.isPending ? null : <Templates />}
    </Page>
  );
}

function Templates() {
  return (
    <>
      <h2 className="section-title">Start from a template</h2>
      <div className="link-cards">
        {TEMPLATES.map(({ id, title, words, config }) => (
          <Link key={id} to={`/configs/new?from=${id}`} className="link-card">
            <TinyTree config={config} />
            <strong>{title}</strong>
            <span>{words}</span>
          </Link>
        ))}
      </div>
    </>
  );
}

function summaryOf(config: SavedConfig['config']): string {
  const root = treeOf(config);
  if (root.kind === 'target') return root.title;
  const targets = nodesOf(root).filter(({ kind }) => kind === 'target');
  return `${root.title} over ${[...new Set(targets.map(({ title }) => title))].join(', ')}`;
}

/** The shape of a config in a few lines. */
function TinyTree({ config }: { readonly config: SavedConfig['config'] }) {
  const { children } = treeOf(config);
  const rows = Math.max(1, children.length);
  return (
    <svg viewBox="0 0 96 44" width="96" height="44" className="tiny-tree" aria-hidden="true">
      {children.map((child, i) => {
        const y = rows === 1 ? 22 : 12 + (i * 20) / (rows - 1);
        return (
          <g key={child.id}>
            <path d={`M34 22C48 22 46 ${y} 60 ${y}`} />
            <rect x="60" y={y - 6} width="32" height="12" rx="3" />
          </g>
        );
      })}
      <rect x="4" y="14" width="30" height="16" rx="4" className="root" />
    </svg>
  );
}
