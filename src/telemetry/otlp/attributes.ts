/** A value of an attribute; undefined: there is no such attribute. */
export type AttributeValue = string | number | boolean | readonly string[] | undefined;

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** An attribute in OTLP's JSON encoding. */
export interface Attribute {
  readonly key: string;
  readonly value: object;
}

/** Attributes in OTLP's JSON encoding. */
export function attributesOf(values: Attributes): readonly Attribute[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: anyValue(value as Exclude<AttributeValue, undefined>) }));
}

function anyValue(value: Exclude<AttributeValue, undefined>): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  // 64-bit integers are texts in the JSON encoding.
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } };
}

/** Milliseconds since the epoch as nanoseconds in a text. */
export function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}
