/** Outlines on a grid of 20. */
const PATHS = {
  overview: 'M3 16.5h14M5 13V9.5M8.5 13V5M12 13V8M15.5 13V3.5',
  logs: 'M3.5 5h13M3.5 10h13M3.5 15h8',
  playground: 'M6.5 4.2v11.6l9-5.8z',
  configs: 'M4.5 4.5h4v4h-4zM11.5 11.5h4v4h-4zM6.5 8.5v5h5M8.5 6.5h5v5',
  providers: 'M3.5 7.5 10 3.5l6.5 4v5L10 16.5l-6.5-4zM3.5 7.5 10 11.5l6.5-4M10 11.5v5',
  keys: 'M12.5 3.5a4 4 0 1 0 .01 8 4 4 0 0 0-.01-8M9.6 10.4 3.5 16.5M5.5 14.5l2 2',
  limits: 'M3.5 13.5a6.5 6.5 0 1 1 13 0M10 13.5l3.2-4.2',
  connect: 'M8 12l4-4M6.8 9.2 4.7 11.3a2.9 2.9 0 0 0 4.1 4.1l2.1-2.1M13.2 10.8l2.1-2.1a2.9 2.9 0 0 0-4.1-4.1L9.1 6.7',
  search: 'M9 3.5a5.5 5.5 0 1 0 .01 11 5.5 5.5 0 0 0-.01-11M13 13l3.5 3.5',
  plus: 'M10 4v12M4 10h12',
  close: 'M5 5l10 10M15 5 5 15',
  check: 'M4 10.5l4 4 8-9',
  copy: 'M7.5 7.5h8v8h-8zM4.5 12.5v-8h8',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  down: 'M5.5 8l4.5 4.5L14.5 8',
  right: 'M8 5.5l4.5 4.5L8 14.5',
  left: 'M12 5.5 7.5 10l4.5 4.5',
  sun: 'M10 6.5a3.5 3.5 0 1 0 .01 7 3.5 3.5 0 0 0-.01-7M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1',
  moon: 'M15.8 12A6.5 6.5 0 0 1 8 4.2 6.5 6.5 0 1 0 15.8 12',
  trash: 'M4 5.5h12M8 5.5v-2h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5',
  refresh: 'M16 9.5a6 6 0 1 0-1.3 4.3M16 4.5v5h-5',
  block: 'M10 3.5a6.5 6.5 0 1 0 .01 13 6.5 6.5 0 0 0-.01-13M5.4 5.4l9.2 9.2',
  play: 'M6.5 4.5v11l8.5-5.5z',
  pause: 'M7 4.5v11M13 4.5v11',
  stop: 'M5.5 5.5h9v9h-9z',
  image: 'M3.5 4.5h13v11h-13zM3.5 13l3.5-3.5 3 3 2.5-2.5 4 4M12.5 7.5h.01',
  tool: 'M12.5 4a4 4 0 0 0-4.8 5.3L3.5 13.5l3 3 4.2-4.2A4 4 0 0 0 16 7.5l-2.5 2-3-3z',
  warning: 'M10 3.5l7 12.5H3zM10 8.5v3.5M10 14h.01',
  info: 'M10 3.5a6.5 6.5 0 1 0 .01 13 6.5 6.5 0 0 0-.01-13M10 9.5v4M10 6.8h.01',
  menu: 'M3.5 6h13M3.5 10h13M3.5 14h13',
  live: 'M10 8.5a1.5 1.5 0 1 0 .01 3 1.5 1.5 0 0 0-.01-3M6 14a5.7 5.7 0 0 1 0-8M14 6a5.7 5.7 0 0 1 0 8M3.7 16.3a9 9 0 0 1 0-12.6M16.3 3.7a9 9 0 0 1 0 12.6',
  edit: 'M4 16l.8-3.2 8.7-8.7 2.4 2.4-8.7 8.7zM12 5.6 14.4 8',
  key: 'M12.5 3.5a4 4 0 1 0 .01 8 4 4 0 0 0-.01-8M9.6 10.4 3.5 16.5M5.5 14.5l2 2',
  spark: 'M10 3v4M10 13v4M3 10h4M13 10h4M5.5 5.5l2 2M12.5 12.5l2 2M14.5 5.5l-2 2M7.5 12.5l-2 2',
  out: 'M8 4.5H4.5v11h11V12M11.5 4.5h4v4M15.5 4.5 9 11',
  lock: 'M5.5 9h9v7h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing that says nothing to a screen reader: its button or link has the words. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: a gate, lifted, and the water under it. */
export function Mark({ size = 22 }: { readonly size?: number }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      fill="none"
      stroke="var(--accent)"
      strokeWidth="2.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M6 27V5h20v22" />
      <path d="M11 5v11h10V5" fill="var(--accent)" fillOpacity=".22" />
      <path d="M2 23q3.5-3 7 0t7 0 7 0 7 0" />
    </svg>
  );
}
