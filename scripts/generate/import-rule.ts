const FOUNDATION = ['ir', 'errors.ts', 'error-class.ts', 'version.ts', 'environment.ts'];
const BRANCHES = [
  'attempt',
  'cache',
  'config',
  'directory',
  'dialects',
  'limits',
  'logs',
  'models',
  'pipeline',
  'providers',
  'routing',
  'stores',
  'telemetry',
  'transport',
];

/**
 * The import rule: what each part of `src` may import beside itself, as folders, or as single files where only a contract is shared.
 * The linter's form of it is generated from this table; `test/architecture.test.ts` reads the table itself.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'error-class.ts': ['errors.ts'],
  'version.ts': [],
  'environment.ts': [],
  ir: FOUNDATION,
  dialects: FOUNDATION,
  providers: [...FOUNDATION, 'dialects'],
  config: [...FOUNDATION, 'dialects', 'pipeline/caller.ts', 'providers'],
  directory: [
    ...FOUNDATION,
    'config',
    'dialects/read.ts',
    'pipeline/caller.ts',
    'providers',
    'routing/clock.ts',
    'stores/records/record-store.ts',
    'telemetry/log.ts',
  ],
  limits: [...FOUNDATION, 'pipeline/caller.ts', 'routing/clock.ts', 'routing/size.ts', 'stores/counters/counter-store.ts'],
  logs: [
    ...FOUNDATION,
    'attempt/mask.ts',
    'config/provider-options.ts',
    'config/resolved.ts',
    'dialects/read.ts',
    'pipeline/attempts.ts',
    'pipeline/notes.ts',
    'pipeline/outcome.ts',
    'pipeline/step.ts',
  ],
  models: FOUNDATION,
  cache: FOUNDATION,
  pipeline: [
    ...FOUNDATION,
    'cache',
    'config/expand.ts',
    'config/facade.ts',
    'config/query.ts',
    'config/resolved.ts',
    'config/saved.ts',
    'dialects/count-dialect.ts',
    'dialects/dialect.ts',
    'dialects/embedding-dialect.ts',
    'dialects/model-list.ts',
    'dialects/openai-chat/usage.ts',
    'dialects/openai-responses/history.ts',
    'dialects/read.ts',
    'directory',
    'limits',
    'stores/responses/response-store.ts',
    'telemetry/log.ts',
    'transport/framing/framings.ts',
  ],
  stores: [...FOUNDATION, 'cache', 'logs', 'telemetry/log.ts'],
  routing: [...FOUNDATION, 'config/query.ts', 'config/resolved.ts', 'pipeline/explanation.ts', 'pipeline/step.ts', 'pipeline/tap.ts'],
  transport: [...FOUNDATION, 'config/custom-host.ts', 'config/resolved.ts'],
  attempt: [
    ...FOUNDATION,
    'config',
    'dialects',
    'models',
    'pipeline/account.ts',
    'pipeline/attempts.ts',
    'pipeline/amounts.ts',
    'pipeline/cache.ts',
    'pipeline/cache-semantic.ts',
    'pipeline/endpoint.ts',
    'pipeline/explanation.ts',
    'pipeline/find-usage.ts',
    'pipeline/step.ts',
    'providers',
    'transport',
  ],
  telemetry: [
    ...FOUNDATION,
    'dialects/dialect.ts',
    'pipeline/attempts.ts',
    'pipeline/endpoint.ts',
    'pipeline/outcome.ts',
    'pipeline/step.ts',
    'transport/framing/framings.ts',
  ],
  'plan.ts': [...FOUNDATION, ...BRANCHES],
  'gateway.ts': [...FOUNDATION, ...BRANCHES, 'plan.ts'],
  server: [...FOUNDATION, ...BRANCHES, 'gateway.ts', 'plan.ts'],
  cli: [...FOUNDATION, ...BRANCHES, 'gateway.ts', 'plan.ts', 'server'],
  'cli.ts': ['cli'],
};

/** The parts that may talk to the world. */
export const DOES_IO: readonly string[] = ['transport', 'stores', 'server', 'telemetry', 'cli', 'cli.ts'];

/** Modules that talk to the world. */
export const IO_MODULE = '^(node:(child_process|cluster|dgram|dns|fs|http|https|http2|inspector|readline|sqlite|tls|worker_threads)(/|$)|undici)';

/** All that the other parts may use of `node:net`: these only look at addresses. */
export const PURE_NET: readonly string[] = ['BlockList', 'isIP'];

/** Writes the rule as the linter wants it, for `.oxlintrc.json` to extend. */
export function generate(): { readonly path: string; readonly text: string }[] {
  const overrides = Object.entries(MAY_IMPORT).map(([part, allowed]) => JSON.stringify(overrideFor(part, allowed)));
  return [{ path: '.oxlint-imports.json', text: `{\n  "overrides": [\n    ${overrides.join(',\n    ')}\n  ]\n}\n` }];
}

function overrideFor(part: string, allowed: readonly string[]): object {
  const message = 'See the import rule in ARCHITECTURE.md.';
  const touched = new Set(allowed.map((name) => name.split('/')[0]));
  const denied = Object.keys(MAY_IMPORT).filter((other) => other !== part && !touched.has(other));
  const patterns = [
    ...(denied.length === 0 ? [] : [{ regex: `^\\.{1,2}/(\\.\\./)*(${denied.join('|').replaceAll('.', '\\.')})(/|$)`, message }]),
    ...partlyAllowed(allowed).map((group) => ({ group, message })),
    ...(DOES_IO.includes(part)
      ? []
      : [
          { regex: IO_MODULE, message },
          { group: ['node:net'], allowImportNames: PURE_NET, message },
        ]),
  ];
  return { files: [part.endsWith('.ts') ? `src/${part}` : `src/${part}/**`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/** Folders of which only single files are allowed, as patterns: the folder, then its exceptions. */
function partlyAllowed(allowed: readonly string[]): string[][] {
  const files = allowed.filter((name) => name.includes('/'));
  const byFolder = Object.groupBy(files, (name) => name.slice(0, name.indexOf('/')));
  return Object.entries(byFolder).map(([folder, names = []]) => [`**/${folder}/**`, ...names.map((name) => `!**/${name}`)]);
}
