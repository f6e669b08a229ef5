import { useSaved } from '../../api/queries.ts';
import type { SavedConfig } from '../../api/types.ts';
import { agoText } from '../../format/time.ts';
import { Link } from '../../router/link.tsx';
import { navigate } from '../../router/location.ts';
import { FileBadge } from '../../ui/badge.tsx';
import { LinkButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import './configs.css';
import { TEMPLATES } from './templates.ts';
import { nodesOf, treeOf } from './tree.ts';

/** All saved configs. */
export function ConfigsPage() {
  const configs = useSaved<SavedConfig>('configs');
  return (
    <Page
      title="Configs"
      lead="Where calls go, and what happens when a target fails. A call names a config by its id; changing it here changes all of its calls at once."
      actions={
        <LinkButton to="/configs/new" look="primary" icon="plus">
          New config
        </LinkButton>
      }
    >
      <Panel flush>
        <Loaded query={configs}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty icon="configs" title="No config is saved yet">
                Begin with one of these; each can be tried at once.
              </Empty>
            ) : (
              <ConfigTable configs={data} />
            )
          }
        </Loaded>
      </Panel>
      <div className="templates">
        {TEMPLATES.map(({ id, title, words, config }) => (
          <Link key={id} to={`/configs/new?from=${id}`} className="template">
            <TinyTree config={config} />
            <strong>{title}</strong>
            <span>{words}</span>
          </Link>
        ))}
      </div>
    </Page>
  );
}

function ConfigTable({ configs }: { readonly configs: readonly SavedConfig[] }) {
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Name</th>
            <th>Id</th>
            <th className="wide-only">Strategy</th>
            <th className="right">Version</th>
            <th className="right">Changed</th>
          </tr>
        </thead>
        <tbody>
          {configs.map(({ id, name, config, version, source, updated_at: at }) => (
            <tr key={id} className="link" onClick={() => navigate(`/configs/${id}`)}>
              <td>
                <span className="row">
                  <Link to={`/configs/${id}`} className="name" onClick={(event) => event.stopPropagation()}>
                    {name}
                  </Link>
                  <FileBadge source={source} />
                </span>
              </td>
              <td onClick={(event) => event.stopPropagation()}>
                <span className="row">
                  <code>{id}</code>
                  <CopyButton bare text={id} label={`Copy ${id}`} />
                </span>
              </td>
              <td className="quiet wide-only">{summaryOf(config)}</td>
              <td className="right">{version}</td>
              <td className="right quiet">{agoText(at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
