/**
 * The wire formats for chat, by id. Empty here: each dialect adds its own id from its own folder (`declare module`), so that the
 * vocabulary knows every id and a new dialect needs no edit of it.
 */
export interface DialectIds {}

/** Id of a dialect for chat. */
export type DialectId = keyof DialectIds;
