/** A value of an attribute; undefined: there is no such attribute. */
export type AttributeValue = string | number | boolean | readonly string[] | undefined;

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Attributes in OTLP's JSON encoding. It is written as text at once: objects for it would cost more than the rest of a span. */
export function attributesJson(...groups: readonly Attributes[]): string {
  let text = '';
  for (const group of groups) {
    for (const name in group) {
      const value = group[name];
      if (value !== undefined) text += `${text === '' ? '' : ','}{"key":${JSON.stringify(name)},"value":${valueJson(value)}}`;
    }
  }
  return `[${text}]`;
}

function valueJson(value: Exclude<AttributeValue, undefined>): string {
  if (typeof value === 'string') return `{"stringValue":${JSON.stringify(value)}}`;
  if (typeof value === 'boolean') return `{"boolValue":${value}}`;
  // 64-bit integers are texts in the JSON encoding.
  if (typeof value === 'number') return Number.isInteger(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${JSON.stringify(value)}}`;
  return `{"arrayValue":{"values":[${value.map(valueJson).join(',')}]}}`;
}

/** Milliseconds since the epoch as nanoseconds in a text. */
export function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}
