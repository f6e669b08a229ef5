import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Directory, type DirectoryOptions } from '../directory/directory.ts';
import type { Environment } from '../environment.ts';
import type { ConfigFileOptions } from './config-file.ts';
import type { FileStatus } from './admin/world.ts';

/** The saved things, in memory. */
export interface SavedState {
  readonly directory: Directory;
  /** Null: there is no file. */
  readonly file: () => FileStatus | null;
  close(): void;
}

/** The file that `SLUICE_CONFIG` names, else `sluice.yaml` in the working folder where there is one. */
function configFilePath(env: Environment): string | undefined {
  const named = env['SLUICE_CONFIG'] ?? '';
  if (named !== '') return existing(path.resolve(named));
  const usual = path.resolve('sluice.yaml');
  return existsSync(usual) ? usual : undefined;
}

function existing(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === false) return file;
  throw new Error(`SLUICE_CONFIG: there is no file ${file}`);
}

/** The environment, complemented by the settings of the config file where there is one. */
export async function withConfigFile(env: Environment): Promise<Environment> {
  const file = configFilePath(env);
  return file === undefined ? env : (await import('./config-file.ts')).withFileSettings(env, file);
}

/** Loads what is saved in the store and defined in the config file, and follows both. */
export async function openSaved(
  { onPrices, ...options }: DirectoryOptions & Pick<ConfigFileOptions, 'onPrices'>,
  env: Environment,
): Promise<SavedState> {
  const directory = new Directory(options);
  await directory.open();
  const file = configFilePath(env);
  if (file === undefined) return { directory, file: () => null, close: () => directory.close() };
  const { ConfigFile } = await import('./config-file.ts');
  const configFile = new ConfigFile({ file, env, secrets: options.secrets, directory, now: options.clock.now, onPrices });
  return {
    directory,
    file: () => configFile.status,
    close: () => {
      configFile.close();
      directory.close();
    },
  };
}
