import type { Dialect } from '../dialects/dialect.ts';
import type { EmbeddingDialect } from '../dialects/embedding-dialect.ts';

/** What a route asks for, in which wire format. */
export type Endpoint =
  | {
      readonly kind: 'chat';
      readonly dialect: Dialect;
      /** Where the URL carries them (Gemini, Converse). */
      readonly model?: string | undefined;
      readonly stream?: boolean | undefined;
      /** The client wants the stream as one JSON list instead of SSE (Gemini without `alt=sse`). */
      readonly jsonArray?: boolean | undefined;
    }
  | { readonly kind: 'embed'; readonly dialect: EmbeddingDialect; readonly model?: string | undefined }
  /** No shared meaning: authenticated, sent to `path` below the provider's base URL, and passed back as it comes. */
  | { readonly kind: 'passthrough'; readonly path: string; readonly name: string };
