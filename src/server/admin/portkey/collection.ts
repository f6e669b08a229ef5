import type { Entities } from '../../../directory/entities.ts';
import type { RecordKind } from '../../../stores/records/record-store.ts';
import { operation, type Access, type Operation } from '../operation.ts';
import { found, remove, visible, type Subject } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { answered, portkeyList, portkeyQuery, TAG } from './parts.ts';

/** Saved things, as Portkey's clients list, show and remove them. */
export interface Collection<Kind extends RecordKind> {
  readonly kind: Kind;
  readonly path: string;
  /** What its paths call an id. */
  readonly parameter: 'id' | 'slug';
  /** With articles: `a config`, `the configs`. */
  readonly noun: string;
  readonly plural: string;
  /** Who may do it. */
  readonly access: (act: 'list' | 'read' | 'delete') => Access;
  /** Which of the kind belong to it; all by default. */
  readonly holds?: (entity: Entities[Kind]) => boolean;
  readonly show: (entity: Entities[Kind]) => object;
  /** Where lists show less. */
  readonly showInList?: (entity: Entities[Kind]) => object;
}

/** What a path names. `workspace`: of whoever asks; undefined: all of them. */
export function subjectOf<Kind extends RecordKind>(
  kind: Kind,
  params: Readonly<Record<string, string>>,
  workspace: string | undefined,
): Subject<Kind> {
  return { kind, id: (params['slug'] ?? params['id']) as string, workspace };
}

/** The three operations that are the same for everything that is saved: list, show, remove. */
export function collectionOperations<Kind extends RecordKind>(world: AdminWorld, collection: Collection<Kind>): readonly Operation[] {
  const { kind, path, parameter, noun, plural, access, holds = () => true, show, showInList = show } = collection;
  const one = `${path}/{${parameter}}`;
  return [
    operation({
      tag: TAG,
      method: 'GET',
      path,
      summary: `List ${plural}, in Portkey's form`,
      access: access('list'),
      query: portkeyQuery,
      run: async ({ query, workspace }) => ({ body: portkeyList(visible(world, kind, workspace).filter(holds), query, showInList) }),
    }),
    operation({
      tag: TAG,
      method: 'GET',
      path: one,
      summary: `Show ${noun}, in Portkey's form`,
      access: access('read'),
      run: async ({ params, workspace }) => ({ body: answered(show(found(world, subjectOf(kind, params, workspace)))) }),
    }),
    operation({
      tag: TAG,
      method: 'DELETE',
      path: one,
      summary: `Remove ${noun}, in Portkey's form`,
      access: access('delete'),
      run: async ({ params, workspace, headers }) => {
        await remove(world, subjectOf(kind, params, workspace), headers);
        return { body: { success: true } };
      },
    }),
  ];
}
