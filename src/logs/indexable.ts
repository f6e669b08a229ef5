/** Characters of a name by which calls are found: databases cannot index much longer ones, and callers choose some of them. */
const LONGEST = 512;

/** The name of a model, a trace or a session as it stands in an index, and as it is looked for there. */
export function indexable(name: string): string {
  return name.length <= LONGEST ? name : name.slice(0, LONGEST).toWellFormed();
}
