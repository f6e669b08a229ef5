import { useOne } from '../../api/queries.ts';
import type { SavedConfig } from '../../api/types.ts';
import type { PageProps } from '../../app.tsx';
import { useSearch } from '../../router/location.ts';
import { Loaded } from '../../ui/states.tsx';
import { ConfigEditor } from './config-editor.tsx';
import './configs.css';
import { TEMPLATES } from './templates.ts';

/** One config: drawn, as a form, and as JSON. */
export function ConfigPage({ params }: PageProps) {
  const id = params['id'] === 'new' ? undefined : params['id'];
  const [search] = useSearch();
  const saved = useOne<SavedConfig>('configs', id);
  if (id === undefined) {
    const template = TEMPLATES.find((one) => one.id === search.get('from')) ?? TEMPLATES[0];
    return <ConfigEditor key={template?.id} saved={undefined} first={template?.config ?? {}} name={template?.title ?? ''} />;
  }
  if (saved.data === undefined)
    return (
      <div className="page">
        <Loaded query={saved} lines={8}>
          {() => null}
        </Loaded>
      </div>
    );
  const { data } = saved;
  return <ConfigEditor key={`${data.id} ${data.version}`} saved={data} first={data.config} name={data.name} />;
}
