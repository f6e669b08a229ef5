import { isObject } from '../dialects/read.ts';

/** Where a secret is, by its only member: here but sealed (`sealed`), in a variable of the environment (`env`), or in a file (`file`). */
export type SecretReference = Readonly<Record<string, string>>;

/** Opens what is sealed, and looks up what is referred to. */
export interface SecretSource {
  /** For keeping. Only what asks for the same `context` can read it again. */
  seal(text: string, context: string): string;
  /** Undefined: there is none, or it cannot be opened. */
  read(reference: SecretReference, context: string): string | undefined;
}

/** What the secrets of a saved provider are sealed for. */
export function contextOf(provider: string): string {
  return `provider/${provider}`;
}

/** Whether a member of a saved body is a secret. */
export function isSecretReference(value: unknown): value is SecretReference {
  return isObject(value) && ['sealed', 'env', 'file'].some((name) => typeof value[name] === 'string') && Object.keys(value).length === 1;
}
