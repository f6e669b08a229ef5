import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fakeCollector, type FakeCollector } from '../../../test/support/fake-collector.ts';
import { Exporter, type ExporterOptions, type ExportResult } from './exporter.ts';

type Counts = Record<ExportResult, number>;

function anExporter(url: string, more: Partial<ExporterOptions> = {}): { readonly exporter: Exporter; readonly counts: Counts } {
  const counts: Counts = { sent: 0, dropped: 0, refused: 0 };
  const exporter = new Exporter({
    destination: { url, headers: { 'x-token': 'secret' }, timeout: 2_000, isCompressed: false },
    queue: { size: 100, batch: 10, delay: 5 },
    wrap: (items) => `{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"spans":[${items}]}]}]}`,
    count: (result, items) => void (counts[result] += items),
    firstRetry: 1,
    ...more,
  });
  return { exporter, counts };
}

const span = (name: string): string => JSON.stringify({ name, attributes: [] });
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
};

describe('an exporter', () => {
  let collector: FakeCollector;
  before(async () => {
    collector = await fakeCollector();
  });
  after(() => collector.close());

  it('sends items in batches, with the headers of the settings', async () => {
    const { exporter, counts } = anExporter(collector.url);
    for (let index = 0; index < 25; index++) exporter.push(span(`s${index}`));
    await until(() => counts.sent === 25);
    assert.deepEqual(
      collector.spans.map(({ name }) => name),
      Array.from({ length: 25 }, (_, index) => `s${index}`),
    );
    assert.equal(collector.requests.length, 3);
    assert.equal(collector.requests[0]?.['x-token'], 'secret');
  });

  it('packs them where that is asked for', async () => {
    const own = await fakeCollector();
    const { exporter } = anExporter(own.url, { destination: { url: own.url, headers: {}, timeout: 2_000, isCompressed: true } });
    exporter.push(span('packed'));
    await exporter.close();
    assert.deepEqual([own.spans.map(({ name }) => name), own.requests[0]?.['content-encoding']], [['packed'], 'gzip']);
    await own.close();
  });

  it('sends a batch again when the collector is busy, and gives up one that it will not have', async () => {
    const busy = await fakeCollector(503, 429, 200, 400);
    const { exporter, counts } = anExporter(busy.url);
    exporter.push(span('again'));
    await until(() => counts.sent === 1);
    exporter.push(span('never'));
    await until(() => counts.refused === 1);
    assert.deepEqual([busy.spans.map(({ name }) => name), busy.requests.length], [['again'], 4]);
    await busy.close();
  });

  it('keeps no more than its queue while the collector is down, and says what it dropped', async () => {
    const down = await fakeCollector();
    await down.close();
    const { exporter, counts } = anExporter(down.url, { firstRetry: 60_000 });
    for (let index = 0; index < 10_000; index++) exporter.push(span('lost'));
    // One batch is on its way, the queue is full, the rest is gone.
    assert.equal(counts.dropped, 10_000 - 110);
    await exporter.close();
    assert.deepEqual(counts, { sent: 0, dropped: 9_890, refused: 110 });
  });

  it('keeps no more than some bytes either', () => {
    const { exporter, counts } = anExporter(collector.url, { queue: { size: 100, batch: 100, delay: 60_000 } });
    for (let index = 0; index < 20; index++) exporter.push('x'.repeat(1024 * 1024));
    assert.equal(counts.dropped, 4);
  });

  it('does not wait at the end for a collector that takes all and answers nothing', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { exporter } = anExporter(url, { destination: { url, headers: {}, timeout: 600_000, isCompressed: false }, lastPatience: 30 });
    for (let index = 0; index < 15; index++) exporter.push(span('unheard'));
    await exporter.close();
    silent.closeAllConnections();
    silent.close();
  });

  it('sends what is left when it is closed, and takes nothing after that', async () => {
    const own = await fakeCollector();
    const { exporter, counts } = anExporter(own.url, { queue: { size: 100, batch: 10, delay: 60_000 } });
    for (let index = 0; index < 15; index++) exporter.push(span('last'));
    await exporter.close();
    exporter.push(span('late'));
    assert.deepEqual([own.spans.length, counts], [15, { sent: 15, dropped: 1, refused: 0 }]);
    await own.close();
  });
});
