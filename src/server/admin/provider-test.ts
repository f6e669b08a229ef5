import type { SavedProvider } from '../../directory/entities.ts';
import { isObject, parseJson } from '../../dialects/read.ts';
import { toGatewayError } from '../../errors.ts';
import { Attempts } from '../../pipeline/attempts.ts';
import { callerFor } from '../../pipeline/caller.ts';
import type { Call } from '../../pipeline/step.ts';
import { freshId } from '../ids.ts';
import type { AdminWorld } from './world.ts';

/** Milliseconds that a provider has to answer. */
const PATIENCE = 20_000;
/** Models that are named in the reply. */
const MOST_MODELS = 1_000;

/** What became of a test. */
export interface ProviderTest {
  readonly ok: boolean;
  readonly status: number;
  readonly ms: number;
  readonly models: readonly string[];
  readonly error: string | null;
}

/** Asks a saved provider for its models, the way a call would go. */
export async function testProvider({ gateway, clock }: AdminWorld, provider: SavedProvider, signal: AbortSignal): Promise<ProviderTest> {
  const startedAt = clock.now();
  const ms = (): number => clock.now() - startedAt;
  try {
    const call = modelsCall(provider, { startedAt, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]), now: clock.now });
    const { status, body } = await gateway.answer(call);
    const text = body.kind === 'bytes' ? Buffer.from(body.bytes).toString('utf8') : '';
    return { ok: status < 300, status, ms: ms(), models: modelsIn(text), error: status < 300 ? null : text.slice(0, 500) };
  } catch (thrown) {
    const error = toGatewayError(thrown);
    return { ok: false, status: error.status, ms: ms(), models: [], error: error.message };
  }
}

interface Circumstances {
  readonly startedAt: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

function modelsCall({ id, workspace }: SavedProvider, { startedAt, signal, now }: Circumstances): Call {
  const callId = freshId();
  return {
    id: callId,
    traceId: callId,
    startedAt,
    method: 'GET',
    url: '/v1/models',
    pathname: '/v1/models',
    headers: { 'x-portkey-provider': `@${id}` },
    body: Buffer.alloc(0),
    upload: undefined,
    json: undefined,
    endpoint: { kind: 'models', shape: 'openai-chat', path: '/models' },
    signal,
    metadata: {},
    config: undefined,
    attempts: new Attempts(now),
    notes: { caller: callerFor(workspace, 'test') },
    recoverable: false,
    isRaced: false,
  };
}

function modelsIn(text: string): readonly string[] {
  const list = parseJson(text);
  const data = isObject(list) && Array.isArray(list['data']) ? (list['data'] as readonly unknown[]) : [];
  return data.flatMap((model) => (isObject(model) && typeof model['id'] === 'string' ? [model['id']] : [])).slice(0, MOST_MODELS);
}
