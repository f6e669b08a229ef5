import { monitorEventLoopDelay, performance, PerformanceObserver, type EventLoopUtilization } from 'node:perf_hooks';
import { VERSION } from '../version.ts';
import { METRICS } from './metrics.ts';
import type { Registry, Sample } from './registry.ts';

const QUANTILES = [0.5, 0.9, 0.99];
/** Milliseconds between the looks at the event loop's delay. */
const RESOLUTION = 20;

const GC_KINDS: Readonly<Record<number, string>> = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weak_callbacks' };

/** Adds what is to be known of the process itself; the function given back ends the looks at the event loop. */
export function processMetrics(registry: Registry): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  registry.read(METRICS.loopDelay, () => {
    // The histogram holds the whole interval between two looks; what lies above the resolution is the delay.
    const samples = QUANTILES.map((quantile) => sample(Math.max(0, delay.percentile(quantile * 100) / 1e9 - RESOLUTION / 1000), String(quantile)));
    const worst = sample(Math.max(0, delay.max / 1e9 - RESOLUTION / 1000), '1');
    const seen = delay.count > 0 ? [...samples, worst] : [];
    delay.reset();
    return seen;
  });
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  registry.read(METRICS.loopUse, () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return [sample(utilization)];
  });
  registry.read(METRICS.resident, () => [sample(process.memoryUsage.rss())]);
  registry.read(METRICS.heap, () => [sample(process.memoryUsage().heapUsed)]);
  registry.read(METRICS.external, () => [sample(process.memoryUsage().external)]);
  registry.read(METRICS.cpu, () => {
    const { user, system } = process.cpuUsage();
    return [sample((user + system) / 1e6)];
  });
  registry.read(METRICS.started, () => [sample(performance.timeOrigin / 1000)]);
  registry.read(METRICS.build, () => [sample(1, VERSION, process.versions.node)]);
  const stopWatching = garbageMetric(registry);
  return () => {
    delay.disable();
    stopWatching();
  };
}

function garbageMetric(registry: Registry): () => void {
  const family = registry.counter(METRICS.garbage);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as { readonly detail?: { readonly kind?: number } };
      family.of(GC_KINDS[detail?.kind ?? 0] ?? 'other').add(entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

function sample(value: number, ...labels: readonly string[]): Sample {
  return { labels, value };
}
