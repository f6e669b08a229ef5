import { GatewayError } from '../errors.ts';
import { depthExceeds, isObject } from '../dialects/read.ts';
import { expandSaved, type Naming } from './expand.ts';
import { issueMessage, problemsOf } from './issues.ts';
import { describeProblems, nameProblems, spellPath, type Problem } from './problems.ts';
import { configProblems } from './rules.ts';
import { slugIn } from './saved.ts';
import { configSchema, type Config } from './schema.ts';
import { inSnakeCase } from './spelling.ts';

/** Objects and lists within each other, in all parts of a config. */
const MAX_JSON_DEPTH = 64;

export interface ParseOptions extends Naming {
  /** The request's headers name a provider, for a config that names none. */
  readonly providerInHeaders: boolean;
}

/** A config, or everything that is wrong with it. */
export type Judged = { readonly config: Config } | { readonly problems: readonly Problem[] };

/** Reads the JSON text of a config; throws a GatewayError that lists everything that is wrong with it. */
export function parseConfig(text: string, options: ParseOptions): Config {
  const judged = judgeConfig(parseText(text), options);
  if ('problems' in judged) throw invalid(judged.problems);
  return judged.config;
}

/** Reads a config; throws a GatewayError only for what is no config of this kind at all. */
export function judgeConfig(json: unknown, options: ParseOptions): Judged {
  if (depthExceeds(json, MAX_JSON_DEPTH)) return { problems: [{ path: [], message: `A config can be nested ${MAX_JSON_DEPTH} levels deep` }] };
  const { value, problems } = inSnakeCase(json);
  if (isObject(value)) refuseOtherForms(value, options);
  return problems.length > 0 ? { problems } : checked(value, options);
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('config_not_json', 'Invalid config passed. You need to pass a valid json', { cause });
  }
}

/** What Portkey answers before it looks at the schema, with messages of their own. */
function refuseOtherForms(config: Readonly<Record<string, unknown>>, { providerInHeaders }: ParseOptions): void {
  const complete = ['provider', 'targets', 'virtual_key'].some((key) => config[key] !== undefined && config[key] !== null) || namesSlug(config);
  if (Object.hasOwn(config, 'options')) {
    throw new GatewayError('legacy_config', 'This version of config is not supported in this route. Please migrate to the latest version');
  }
  if (!complete && !providerInHeaders) {
    throw new GatewayError(
      'config_without_provider',
      'Either x-portkey-provider needs to be passed. Or the x-portkey-config header should have a valid config with provider details in it.',
    );
  }
}

/** A model `@slug/model` says where the requests go. */
function namesSlug({ override_params: parameters }: Readonly<Record<string, unknown>>): boolean {
  return isObject(parameters) && slugIn(parameters['model']) !== undefined;
}

function checked(value: unknown, options: ParseOptions): Judged {
  // A config is parsed once and its result kept, so compiling the schema first would only cost time.
  const result = configSchema.safeParse(value, { error: issueMessage, jitless: true });
  if (!result.success) return { problems: problemsOf(result.error) };
  const { config, problems: unknown } = expandSaved(result.data, options);
  // What names nothing that is known would be reported a second time, as something that is missing.
  const problems = unknown.length > 0 ? unknown : configProblems(config, options.providerInHeaders);
  return problems.length > 0 ? { problems } : { config };
}

function invalid(problems: readonly Problem[]): GatewayError {
  return new GatewayError('invalid_config', 'Invalid config passed', {
    details: describeProblems(problems),
    fullMessage: nameProblems('Invalid config passed', problems),
    param: spellPath(problems[0]?.path ?? []),
  });
}
