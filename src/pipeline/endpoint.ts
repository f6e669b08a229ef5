import type { CountDialect } from '../dialects/count-dialect.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { EmbeddingDialect } from '../dialects/embedding-dialect.ts';
import type { ModelListShape } from '../dialects/model-list.ts';

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
  /** How many tokens a chat request has, asked in the chat dialect's own way. */
  | { readonly kind: 'count'; readonly counting: CountDialect; readonly model?: string | undefined }
  /** The provider's models, listed in the shape of the client that asks. */
  | { readonly kind: 'models'; readonly shape: ModelListShape; readonly path: string }
  /** No shared meaning: authenticated, sent to `path` below the provider's base URL, and passed back as it comes. */
  | {
      readonly kind: 'passthrough';
      readonly path: string;
      /** The client wants to speak another protocol over the connection (WebSocket); the call's upload is what it says then. */
      readonly isTunnel?: boolean | undefined;
    };
