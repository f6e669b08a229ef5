import type { TargetNode } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import { modelsAsked } from './models-asked.ts';
import type { Call } from './step.ts';

/** Whether a list has a name, or the beginning of it with a `*`; no list has them all. */
export function isListed(list: readonly string[] | undefined, name: string): boolean {
  return list === undefined || list.some((entry) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : entry === name));
}

/** Why a call may not go to a target, by its key's lists and the saved provider's own; undefined: it may. */
export function refusalOf(call: Call, node: TargetNode): GatewayError | undefined {
  const { account } = node;
  const allow = call.notes.caller?.allow;
  if (account === undefined && allow === undefined) return undefined;
  if (account?.problem !== undefined) return new GatewayError('provider_unusable', `${account.problem}.`);
  return providerRefusal(node, allow?.providers) ?? modelRefusal(call, node, allow?.models);
}

function providerRefusal(node: TargetNode, allowed: readonly string[] | undefined): GatewayError | undefined {
  if (allowed === undefined) return undefined;
  const names = namesOf(node);
  if (names.some((name) => isListed(allowed, name))) return undefined;
  return new GatewayError('provider_not_allowed', `The API key may not use the provider ${names.join(' of ')}.`);
}

function namesOf({ provider, account }: TargetNode): readonly string[] {
  return account === undefined ? [provider] : [`@${account.id}`, provider];
}

function modelRefusal(call: Call, node: TargetNode, allowed: readonly string[] | undefined): GatewayError | undefined {
  const own = node.account?.models;
  if (allowed === undefined && own === undefined) return undefined;
  const models = modelsAsked(call, node);
  // What is read or deleted has its model behind it.
  if (models.length === 0) return BODILESS.has(call.method) ? undefined : refused('Only some models may be used, and this request names none');
  const unlisted = (list: readonly string[] | undefined): string | undefined =>
    models.find((names) => !names.some((name) => isListed(list, name)))?.[0];
  const beyond = unlisted(allowed);
  if (beyond !== undefined) return refused(`The API key may not use the model '${beyond.slice(0, 100)}'`);
  const other = unlisted(own);
  return other === undefined ? undefined : refused(`The provider '${node.account?.id}' may not be asked for the model '${other.slice(0, 100)}'`);
}

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

function refused(message: string): GatewayError {
  return new GatewayError('model_not_allowed', `${message}.`, { param: 'model' });
}
