import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as a collector reads it. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number; readonly message?: string };
  /** By name, without the kinds of their values. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface SeenMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly object[] };
  readonly histogram?: { readonly dataPoints: readonly object[] };
  readonly gauge?: { readonly dataPoints: readonly object[] };
}

export interface FakeCollector {
  readonly url: string;
  readonly spans: SeenSpan[];
  readonly metrics: SeenMetric[];
  readonly resources: Readonly<Record<string, unknown>>[];
  /** Headers of each request. */
  readonly requests: Readonly<Record<string, string | string[] | undefined>>[];
  /** Statuses with which the next requests are answered. */
  readonly statuses: number[];
  close(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A collector of OpenTelemetry on loopback that keeps what it is sent. `statuses`: what the first requests are answered. */
export async function fakeCollector(...statuses: number[]): Promise<FakeCollector> {
  const seen = {
    spans: [] as SeenSpan[],
    metrics: [] as SeenMetric[],
    resources: [] as Record<string, unknown>[],
    requests: [] as FakeCollector['requests'],
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.requests.push(request.headers);
      const status = statuses.shift() ?? 200;
      const bytes = Buffer.concat(chunks);
      if (status === 200) keep(JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')) as Message);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const keep = ({ resourceSpans = [], resourceMetrics = [] }: Message): void => {
    for (const { resource, scopeSpans = [], scopeMetrics = [] } of [...resourceSpans, ...resourceMetrics]) {
      seen.resources.push(plain(resource.attributes));
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) seen.spans.push({ ...span, attributes: plain(span.attributes) });
      seen.metrics.push(...scopeMetrics.flatMap(({ metrics }) => metrics));
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...seen, statuses, close };
}

interface Resource {
  readonly resource: { readonly attributes: readonly Attribute[] };
  readonly scopeSpans?: readonly { readonly spans: readonly (Omit<SeenSpan, 'attributes'> & { readonly attributes: readonly Attribute[] })[] }[];
  readonly scopeMetrics?: readonly { readonly metrics: readonly SeenMetric[] }[];
}

interface Message {
  readonly resourceSpans?: readonly Resource[];
  readonly resourceMetrics?: readonly Resource[];
}

/** Attributes without the kinds of their values; whole numbers are texts on the wire. */
function plain(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      if ('intValue' in value) return [key, Number(value['intValue'])];
      if (!('arrayValue' in value)) return [key, Object.values(value)[0]];
      const { values } = value['arrayValue'] as { readonly values: readonly object[] };
      return [key, values.map((item) => Object.values(item)[0] as unknown)];
    }),
  );
}
