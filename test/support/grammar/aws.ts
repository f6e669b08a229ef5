import assert from 'node:assert/strict';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { object, type Members } from './look.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

/** An event, or an exception, of an AWS event stream. */
export interface AwsEvent {
  readonly isException: boolean;
  readonly type: string;
  readonly payload: Members;
}

/** Takes an AWS event stream apart with AWS's own codec, which checks lengths and sums. */
export function readAws(bytes: Buffer): readonly AwsEvent[] {
  const events: AwsEvent[] = [];
  for (let rest = bytes; rest.length > 0; rest = rest.subarray(rest.readUInt32BE(0))) {
    const { headers, body } = codec.decode(rest.subarray(0, rest.readUInt32BE(0)));
    const isException = headers[':message-type']?.value === 'exception';
    if (!isException) assert.equal(headers[':message-type']?.value, 'event');
    assert.equal(headers[':content-type']?.value, 'application/json');
    const type = headers[isException ? ':exception-type' : ':event-type']?.value;
    assert.ok(typeof type === 'string' && type !== '', 'an event has no type');
    events.push({ isException, type, payload: object(JSON.parse(Buffer.from(body).toString('utf8')), type) });
  }
  return events;
}
