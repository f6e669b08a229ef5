import { judgeConfig } from '../../config/parse.ts';
import { DEFAULT_WORKSPACE } from '../../directory/directory.ts';
import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { AdminWorld } from './world.ts';

/** Something that is wrong with a config, and where. */
export interface ConfigIssue {
  /** As `targets[0].provider`; empty for the config as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Everything that is wrong with a config that is to be used in a workspace. */
export function configIssues(world: AdminWorld, config: JsonObject, workspace = DEFAULT_WORKSPACE): readonly ConfigIssue[] {
  try {
    const judged = judgeConfig(config, { providerInHeaders: true, saved: world.directory.viewOf(workspace) });
    return 'problems' in judged ? judged.problems.map(({ path, message }) => ({ path: spelled(path), message })) : [];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return [{ path: '', message: error.message }];
  }
}

/** Throws a 400 that lists everything that is wrong with a config. */
export function requireConfig(world: AdminWorld, config: JsonObject, workspace: string | undefined): void {
  const issues = configIssues(world, config, workspace);
  if (issues.length === 0) return;
  const lines = issues.map(({ path, message }) => `${path === '' ? 'config' : `config.${path}`}: ${message}`);
  throw new GatewayError('invalid_config', `The config is not valid. ${lines[0]}`, { details: lines, param: lines[0]?.split(':', 1)[0] });
}

function spelled(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`), '').replace(/^\./, '');
}
