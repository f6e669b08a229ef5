import { GatewayError } from '../errors.ts';
import { isObject } from '../dialects/read.ts';
import { issueMessage, problemsOf } from './issues.ts';
import { describeProblems, spellPath, type Problem } from './problems.ts';
import { configProblems } from './rules.ts';
import { configSchema, type Config } from './schema.ts';
import { inSnakeCase } from './spelling.ts';

/** Objects and lists within each other, in all parts of a config. */
const MAX_JSON_DEPTH = 64;

export interface ParseOptions {
  /** The request's headers name a provider, for a config that names none. */
  readonly providerInHeaders: boolean;
}

/** Reads the JSON text of a config; throws a GatewayError that lists everything that is wrong with it. */
export function parseConfig(text: string, options: ParseOptions): Config {
  const json = parseText(text);
  if (depthExceeds(json, MAX_JSON_DEPTH)) throw invalid([{ path: [], message: `A config can be nested ${MAX_JSON_DEPTH} levels deep` }]);
  const { value, problems } = inSnakeCase(json);
  if (isObject(value)) refuseOtherForms(value, options);
  if (problems.length > 0) throw invalid(problems);
  return checked(value, options);
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
  const complete = ['provider', 'targets', 'virtual_key'].some((key) => config[key] !== undefined && config[key] !== null);
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

function checked(value: unknown, options: ParseOptions): Config {
  // A config is parsed once and its result kept, so compiling the schema first would only cost time.
  const result = configSchema.safeParse(value, { error: issueMessage, jitless: true });
  const problems = result.success ? configProblems(result.data, options.providerInHeaders) : problemsOf(result.error);
  if (!result.success || problems.length > 0) throw invalid(problems);
  return result.data;
}

function invalid(problems: readonly Problem[]): GatewayError {
  return new GatewayError('invalid_config', 'Invalid config passed', {
    details: describeProblems(problems),
    param: spellPath(problems[0]?.path ?? []),
  });
}

function depthExceeds(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((member) => depthExceeds(member, limit - 1));
}
