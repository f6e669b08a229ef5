import type { SavedAccount } from '../config/saved.ts';
import type { ListedModel } from '../dialects/model-list.ts';
import { SHARED_WORKSPACE, type Directory } from '../directory/directory.ts';
import { listedModels } from '../models/catalog.ts';
import { isListed } from '../pipeline/allow.ts';
import type { ModelOffers } from '../pipeline/list-models.ts';
import { providerById } from '../providers/index.ts';

/** The models of the saved providers: those that they are limited to, else those that the price list has for their host. */
export function modelOffers(directory: Directory): ModelOffers {
  return async (workspace) => {
    const usable = directory
      .all('provider')
      .filter((saved) => [workspace, SHARED_WORKSPACE].includes(saved.workspace) && !saved.isDisabled && saved.account.problem === undefined);
    return Promise.all(usable.map(async ({ account }) => ({ slug: account.id, provider: account.provider, models: await modelsOf(account) })));
  };
}

async function modelsOf({ provider, customHost, models }: SavedAccount): Promise<readonly ListedModel[]> {
  const exact = models?.filter((name) => !name.endsWith('*')) ?? [];
  if (models !== undefined && exact.length === models.length) return exact.map((id) => ({ id }));
  const known = await listedModels({ id: provider, url: customHost ?? providerById(provider)?.baseURL });
  const listed = known
    .filter(({ id }) => isListed(models, id) && !exact.includes(id))
    .map(({ id, context }) => ({ id, inputTokens: context ?? undefined }));
  return [...exact.map((id) => ({ id })), ...listed];
}
