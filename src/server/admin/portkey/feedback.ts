import * as z from 'zod/mini';
import { described } from '../../../config/schema-parts.ts';
import { GatewayError } from '../../../errors.ts';
import type { Feedback } from '../../../logs/log-store.ts';
import { NO_WORKSPACE } from '../../../logs/record.ts';
import { requestLogOf } from '../log-operations.ts';
import { operation, type Operation } from '../operation.ts';
import { randomHex } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { scoped, TAG } from './parts.ts';

const value = described('-10 to 10.', z.number().check(z.gte(-10), z.lte(10)));
const weight = z.optional(described('0 to 1; 1 by default.', z.number().check(z.gte(0), z.lte(1))));
const metadata = z.optional(z.nullable(z.record(z.string(), z.unknown())));

/** The SDK of Portkey writes the members of its own in camel case. */
const given = z.looseObject({ trace_id: z.optional(z.string()), traceID: z.optional(z.string()), value, weight, metadata });
const changed = z.looseObject({ value: z.optional(value), weight, metadata });

const LONGEST_TEXT = 128;

/** Judgements of answers, as Portkey's clients give them. */
export function portkeyFeedback(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      tag: TAG,
      access: scoped('feedbacks.write'),
      method: 'POST',
      path: '/v1/feedback',
      summary: 'Give feedback on a trace, or several',
      body: z.union([given, z.array(given)]),
      run: async ({ body, workspace = NO_WORKSPACE }) => {
        const at = world.clock.now();
        const feedback = [body].flat().map((entry, i) => ({ ...read(entry, i), id: randomHex(16), workspace, at }));
        await requestLogOf(world).questions.saveFeedback({ feedback });
        return {
          body: reply(
            feedback.map(({ id }) => id),
            'Feedback successfully saved',
          ),
        };
      },
    }),
    operation({
      tag: TAG,
      access: scoped('feedbacks.write', 'feedbacks.update'),
      method: 'PUT',
      path: '/v1/feedback/{id}',
      summary: 'Change feedback',
      body: changed,
      run: async ({ params, body, workspace }) => {
        const { questions } = requestLogOf(world);
        const known = await questions.feedback({ id: params['id'] ?? '' });
        if (known === undefined || (workspace !== undefined && known.workspace !== workspace))
          throw new GatewayError('not_found', `There is no feedback ${(params['id'] ?? '').slice(0, 100)}.`);
        const { value: judged = known.value, weight: weighed = known.weight } = body;
        const more = body.metadata === undefined ? known.metadata : shortened(body.metadata);
        await questions.saveFeedback({ feedback: [{ ...known, value: judged, weight: weighed, metadata: more }] });
        return { body: reply([known.id], 'Feedback successfully updated') };
      },
    }),
  ];
}

/** Portkey's documents and its clients do not name the ids alike. */
function reply(ids: readonly string[], message: string): object {
  return { status: 'success', message, feedback_ids: ids, feedback_id: ids };
}

function read(entry: z.infer<typeof given>, index: number): Pick<Feedback, 'traceId' | 'value' | 'weight' | 'metadata'> {
  const traceId = entry.trace_id ?? entry.traceID;
  if (traceId === undefined || traceId === '')
    throw new GatewayError('invalid_request', `trace_id: Expected the trace that is judged (entry ${index})`, { param: 'trace_id' });
  return { traceId, value: entry.value, weight: entry.weight ?? 1, metadata: shortened(entry.metadata) };
}

function shortened(members: Readonly<Record<string, unknown>> | null | undefined): Feedback['metadata'] {
  const entries = Object.entries(members ?? {}).map(([name, member]) => [name, typeof member === 'string' ? member.slice(0, LONGEST_TEXT) : member]);
  return Object.fromEntries(entries) as Feedback['metadata'];
}
