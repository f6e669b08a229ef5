import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** Nothing here yet: what it is for, and what to do. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={22} />
      </span>
      <h3>{title}</h3>
      {children === undefined ? null : <p>{children}</p>}
      {action === undefined ? null : <div className="row wrap">{action}</div>}
    </div>
  );
}

/** Something that is wrong, and what can be done. */
export function Alert({ title, children, action }: { readonly title: string; readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="failure" role="alert">
      <Icon name="warning" size={18} />
      <div className="grow">
        <strong>{title}</strong>
        <p>{children}</p>
      </div>
      {action}
    </div>
  );
}

/** What went wrong, in the gateway's words, and a way to try again. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { title, detail } = wordsOf(error);
  const again =
    retry === undefined ? null : (
      <Button small icon="refresh" onClick={retry}>
        Try again
      </Button>
    );
  return (
    <Alert title={title} action={again}>
      {detail}
    </Alert>
  );
}

function wordsOf(error: unknown): { readonly title: string; readonly detail: string } {
  if (error instanceof ApiError && error.status === 404) return { title: 'Not found', detail: error.message };
  if (error instanceof ApiError && error.status === 401) return { title: 'An admin key is needed', detail: error.message };
  if (error instanceof ApiError) return { title: `The gateway refused this (${error.status})`, detail: error.message };
  if (error instanceof TypeError) return { title: 'The gateway cannot be reached', detail: 'It may have stopped. This page tries again by itself.' };
  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) };
}

/** Grey lines where content will be. */
export function Skeleton({ lines = 4, height = 18 }: { readonly lines?: number; readonly height?: number }) {
  return (
    <div className="skeletons" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className="skeleton" style={{ height, width: `${100 - ((i * 37) % 31)}%` }} />
      ))}
    </div>
  );
}

/** Shows a query: grey lines, what went wrong, or its data. Old data stays while new is fetched. */
export function Loaded<Data>({
  query,
  lines,
  children,
}: {
  readonly query: UseQueryResult<Data>;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Skeleton {...(lines === undefined ? {} : { lines })} />;
}
