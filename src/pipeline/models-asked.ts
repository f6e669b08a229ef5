import type { TargetNode } from '../config/resolved.ts';
import type { Call } from './step.ts';

/** The ways in which the name of one model may be read, the likeliest first. */
type Readings = readonly string[];

/** Every model that a target would be asked for, wherever a request can name it. None: the request names no model. */
export function modelsAsked(call: Call, { overrideParams }: TargetNode): readonly Readings[] {
  const { endpoint, json } = call;
  const isPassedOn = endpoint.kind === 'passthrough';
  // A body that is passed on as it is takes no parameters.
  const override = isPassedOn && json === undefined ? undefined : overrideParams['model'];
  const inUrl = 'model' in endpoint ? endpoint.model : undefined;
  const named = [override ?? inUrl ?? json?.['model'], ...alternatives(overrideParams['models'] ?? json?.['models'])];
  const models = named.flatMap((model) => (typeof model === 'string' ? [[model]] : []));
  return isPassedOn ? [...models, ...modelsInUrl(call.url, endpoint.path)] : models;
}

/** Some hosts take a list of models to go on with. */
function alternatives(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const DEPLOYMENT = /\/(?:deployments|engines)\/+([^/]+)/;
const MODEL = /\/models?\/+(.+)$/;

/** Hosts that are passed the client's own path may find the model in it, with what is asked of it behind, or in the query. */
function modelsInUrl(url: string, path: string): readonly Readings[] {
  const query = url.includes('?') ? new URLSearchParams(url.slice(url.indexOf('?'))).getAll('model') : [];
  const plain = decoded(path);
  const deployment = DEPLOYMENT.exec(plain)?.[1];
  const model = MODEL.exec(plain)?.[1];
  const inPath = [...(deployment === undefined ? [] : [[deployment]]), ...(model === undefined ? [] : [readingsOf(model)])];
  return [...inPath, ...query.map((name) => [name])];
}

/** `name:verb`, `name/verb`, or the name alone: names may hold colons and slashes too. */
function readingsOf(rest: string): Readings {
  return [...new Set([rest.replace(/[:/][^:/]*$/, ''), rest.replace(/\/[^/]*$/, ''), rest])];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
