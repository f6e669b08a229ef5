/** Parts of a name that say where a model is served, or when it was made, and not which one it is. */
const ADDRESS = /^(?:arn:[^/]*\/|.*\/(?:models|foundation-model|inference-profile)\/|models\/)/;
const VERSION_AT = /@(\d{8})$/;
const ALIAS_AT = /@(?:default|latest|\d{3})$/;
const REGION = /^(?:us-gov|us|eu|apac|ap|au|ca|jp|global)\./;
const OWNER = /^[a-z0-9-]+\//;
const DATE = /[-@]20\d{2}-?(?:0[1-9]|1[0-2])-?(?:[0-2]\d|3[01])(?:-v\d+(?::\d+)?)?$/;
const REVISION = /-(?:\d{3}|latest)$/;

type Shorten = (name: string) => string;

const SHORTER: readonly Shorten[] = [
  (name) => name.replace(ADDRESS, ''),
  (name) => name.replace(VERSION_AT, '-$1').replace(ALIAS_AT, ''),
  (name) => name.replace(OWNER, ''),
  (name) => name.replace(REGION, ''),
  (name) => name.replace(DATE, ''),
  (name) => name.replace(REVISION, ''),
];

/**
 * The names under which a price list may know a model, the exact one first: without the address of its host (`models/…`, ARNs), without its
 * owner (`openai/…`), without a region, a date or a revision. Models that somebody trained further have prices of their own, and no other name.
 */
export function namesOf(model: string): readonly string[] {
  const exact = model.trim().toLowerCase();
  if (exact === '' || exact.startsWith('ft:')) return exact === '' ? [] : [exact];
  const names = [exact];
  for (const shorten of SHORTER) names.push(shorten(names.at(-1) as string));
  return [...new Set(names)].filter((name) => name !== '');
}
