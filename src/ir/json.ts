/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; `undefined` members are allowed because serialisation leaves them out. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A JSON Schema document. */
export type JsonSchema = JsonObject;
