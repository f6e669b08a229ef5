import type { ReactNode } from 'react';

interface PanelProps {
  readonly title?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Lets tables and charts reach the frame. */
  readonly flush?: boolean;
  readonly className?: string;
}

/** A framed part of a page. */
export function Panel({ title, actions, children, flush = false, className }: PanelProps) {
  return (
    <section className={`panel ${flush ? 'flush' : ''} ${className ?? ''}`} aria-label={title}>
      {title === undefined && actions === undefined ? null : (
        <header className="panel-head">
          {title === undefined ? <span /> : <h2>{title}</h2>}
          {actions === undefined ? null : <div className="row">{actions}</div>}
        </header>
      )}
      <div className="panel-body">{children}</div>
    </section>
  );
}

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Without margins, for pages that fill the window. */
  readonly full?: boolean;
}

/** A page with its title. */
export function Page({ title, lead, actions, children, full = false }: PageProps) {
  return (
    <div className={full ? 'page full' : 'page'}>
      <title>{`${title} · Sluice`}</title>
      <header className="page-head">
        <h1 tabIndex={-1}>{title}</h1>
        {actions === undefined ? null : <div className="page-actions">{actions}</div>}
        {lead === undefined ? null : <div className="lead">{lead}</div>}
      </header>
      {children}
    </div>
  );
}
