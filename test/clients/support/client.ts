/** Where a client finds the gateway, and what its user adds to say where requests go. */
export interface Setup {
  /** The gateway's own URL, without a path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
}

export interface Asking extends Setup {
  readonly stream: boolean;
  /** Offers `WEATHER`. */
  readonly tools: boolean;
  /** Asks the model to think, in the way that the client has for it. */
  readonly thinks: boolean;
  /** Told of each piece of text as it arrives; of a whole answer, nothing. */
  readonly onText: (piece: string) => void;
}

/** An answer as the client gives it to its user. */
export interface Turn {
  readonly text: string;
  /** The model's thoughts; empty where the client does not show them. */
  readonly reasoning: string;
  readonly calls: readonly Call[];
  /** Why the answer ended, in the client's own word. */
  readonly finish: string;
  readonly usage: Used;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** Tokens in OpenAI's definition: the prompt includes what a cache served. */
export interface Used {
  readonly prompt: number;
  readonly completion: number;
  readonly cached: number;
}

/** Usage as far as a client tells. */
export function used(prompt: number | undefined, completion: number | undefined, cached?: number | null): Used {
  return { prompt: prompt ?? 0, completion: completion ?? 0, cached: cached ?? 0 };
}

/** What a tool gave, and the id of the call that asked for it. */
export interface Output {
  readonly id: string;
  readonly text: string;
}

/** How a client takes part in a conversation whose history its user keeps, in messages of the client's own types. */
export interface Speaker<Message> {
  /** `picture`: a PNG in base64 that goes with the words. */
  says(words: string, picture?: string): Message;
  /** The messages that hand the outputs of tools over. */
  gives(outputs: readonly Output[]): readonly Message[];
  /** Sends the history. `messages`: what the client's documentation says is to be added to it. */
  ask(history: readonly Message[]): Promise<{ readonly turn: Turn; readonly messages: readonly Message[] }>;
}

export class Conversation<Message = unknown> {
  readonly #speaker: Speaker<Message>;
  readonly #history: Message[] = [];
  #calls: readonly Call[] = [];

  constructor(speaker: Speaker<Message>) {
    this.#speaker = speaker;
  }

  say(words: string, picture?: string): Promise<Turn> {
    return this.#go([this.#speaker.says(words, picture)]);
  }

  /** Hands over what the tools gave, in the order of the calls of the last turn. */
  answer(texts: readonly string[]): Promise<Turn> {
    return this.#go(this.#speaker.gives(this.#calls.map(({ id }, index) => ({ id, text: texts[index] ?? '' }))));
  }

  async #go(added: readonly Message[]): Promise<Turn> {
    this.#history.push(...added);
    const { turn, messages } = await this.#speaker.ask(this.#history);
    this.#history.push(...messages);
    this.#calls = turn.calls;
    return turn;
  }
}

/** An official client, driven as its users drive it. */
export interface Client {
  readonly name: string;
  /** The client's words for an answer that is complete, and for one that calls tools. */
  readonly finish: { readonly done: readonly string[]; readonly tools: readonly string[] };
  /** What the client cannot do, with the reason; absent: nothing. The tests check that the list is true. */
  readonly lacks?: Lacks;
  converse(asking: Asking): Conversation;
  /** What the client's own error for too many requests says; undefined for any other error. */
  busy(error: unknown): Failure | undefined;
  /** Asks for an answer like `CLIMATE` in the client's own way. */
  structured(setup: Setup): Promise<unknown>;
}

export interface Lacks {
  /** Its user does not get to see thoughts. */
  readonly reasoning?: string;
  /** It proves who it is in a way that nobody else can use. */
  readonly key?: string;
  /** The proofs of thoughts do not reach the provider again in the next turn. */
  readonly proofs?: string;
}

export interface Failure {
  readonly status: number | undefined;
  readonly message: string;
}

export const SYSTEM = 'You are terse.';

export const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] as string[], additionalProperties: false },
} as const;

export const CLIMATE = {
  type: 'object',
  properties: { city: { type: 'string' }, celsius: { type: 'number' } },
  required: ['city', 'celsius'] as string[],
  additionalProperties: false,
} as const;

export const CLIMATE_QUESTION = 'How warm is it in Paris?';

/** The pieces of some blocks that are of a kind, joined. */
export function joined<Block>(blocks: readonly Block[], textOf: (block: Block) => string | undefined | null): string {
  return blocks.map((block) => textOf(block) ?? '').join('');
}
