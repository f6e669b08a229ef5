import { writeModelList, type ListedModel } from '../dialects/model-list.ts';
import { DEFAULT_WORKSPACE } from '../directory/directory.ts';
import { isListed } from './allow.ts';
import type { AllowLists } from './caller.ts';
import type { Call, Step } from './step.ts';

/** A saved provider with the models that it can be asked for. */
export interface OfferedModels {
  /** Its slug, and the registered provider behind it. */
  readonly slug: string;
  readonly provider: string;
  readonly models: readonly ListedModel[];
}

/** What the saved providers of a workspace offer. */
export type ModelOffers = (workspace: string) => Promise<readonly OfferedModels[]>;

/** Headers that say whose models are meant. */
const NAMING = ['provider', 'config', 'virtual-key', 'custom-host'];

/**
 * Answers a request for models that names no provider with those of all saved ones, as `@slug/model`: the names by which calls can ask for
 * them without further headers. Where nothing is saved the request goes on, to be told what it lacks.
 */
export function listsModels(offers: ModelOffers | undefined): Step {
  return (next) => async (call) => {
    const { endpoint, notes } = call;
    if (offers === undefined || endpoint.kind !== 'models' || namesProvider(call) || notes.caller?.defaultConfig !== undefined) return next(call);
    const offered = await offers(notes.caller?.workspace ?? DEFAULT_WORKSPACE);
    if (offered.length === 0) return next(call);
    const models = offered.flatMap((offer) => allowed(offer, notes.caller?.allow));
    const bytes = JSON.stringify(writeModelList(models, endpoint.shape, OWNER));
    return {
      status: 200,
      headers: [],
      body: { kind: 'bytes', bytes },
      strict: true,
      route: { path: 'config', provider: OWNER, retries: 0, dropped: [] },
    };
  };
}

const OWNER = 'sluice';

function namesProvider({ headers }: Call): boolean {
  return NAMING.some((name) => (headers[`x-sluice-${name}`] ?? headers[`x-portkey-${name}`] ?? '') !== '');
}

function allowed({ slug, provider, models }: OfferedModels, allow: AllowLists | undefined): readonly ListedModel[] {
  if (allow?.providers !== undefined && ![`@${slug}`, provider].some((name) => isListed(allow.providers, name))) return [];
  return models
    .filter(({ id }) => isListed(allow?.models, id))
    .map((model) => ({ ...model, id: `@${slug}/${model.id}`, owner: model.owner ?? provider }));
}
