import type { ResolvedConfig, TargetNode } from '../config/resolved.ts';
import type { Cost, Used } from '../ir/cost.ts';
import { costOf } from '../models/cost.ts';
import type { PriceBook, Seller } from '../models/price-book.ts';
import { rateAt, type Rates } from '../models/rates.ts';
import type { Billing } from '../pipeline/account.ts';
import type { Pricing } from '../pipeline/amounts.ts';
import type { Attempt } from '../pipeline/attempts.ts';
import type { Call } from '../pipeline/step.ts';
import { providerById } from '../providers/index.ts';

/** Works out what answers cost: by the target's own price, else by the price book's. */
export function billing(book: PriceBook): Billing {
  return {
    load: () => book.load(),
    costOf: (call, path, used) => costAt(book, call, { path, used }),
  };
}

/** Puts into the books what an attempt has used that failed, or was left behind, as far as its provider has said so. */
export function lostBilling(book: PriceBook): (call: Call, attempt: Attempt) => Promise<void> | undefined {
  return (call, attempt) => {
    const used = attempt.said?.();
    if (used === undefined) return undefined;
    const enter = (): void => {
      attempt.used = used;
      attempt.cost = costAt(book, call, { path: attempt.target, used });
    };
    const loading = book.load();
    if (loading !== undefined) return loading.then(enter);
    enter();
    return undefined;
  };
}

/** Knows beforehand what calls will cost at each of their targets. */
export function pricing(book: PriceBook): Pricing {
  return {
    load: () => book.load(),
    targetsOf: (call) => (call.config === undefined ? [] : [...targetsOf(call.config).values()]),
    priceOf: (call, node) => {
      const rates = ratesAt(book, node, namesAt(call, node, { usage: {} }));
      if (rates === undefined) return undefined;
      const size = call.body.length / BYTES_A_TOKEN;
      return { input: rateAt(rates.input ?? 0, size), output: rateAt(rates.output ?? 0, size) };
    },
  };
}

/** Bytes of a prompt that make a token, roughly: long prompts are dearer at some hosts. */
const BYTES_A_TOKEN = 4;

/** Who charges for a target. A provider without an address of its own stands for whoever runs the host. */
export function sellerOf({ provider: id, customHost }: TargetNode): Seller {
  const home = providerById(id)?.baseURL;
  return { id: home === undefined ? undefined : id, url: customHost ?? home };
}

function costAt(book: PriceBook, call: Call, { path, used }: { readonly path: string; readonly used: Used }): Cost {
  const node = call.config === undefined ? undefined : targetAt(call.config, path);
  const models = namesAt(call, node, used);
  const cost = costOf({ ...used, model: models[0] }, node === undefined ? undefined : ratesAt(book, node, models));
  if (cost.total === null && node !== undefined && providerById(node.provider)?.isMadeUp !== true) book.noteUnknown(sellerOf(node), models[0] ?? '');
  return cost;
}

function ratesAt(book: PriceBook, node: TargetNode, models: readonly string[]): Rates | undefined {
  return node.price ?? book.ratesOf(sellerOf(node), models);
}

/** What the model is called: by whoever answered, then by the config, then by the client. */
function namesAt({ endpoint, json }: Call, node: TargetNode | undefined, { model }: Used): readonly string[] {
  const names = [
    model,
    node?.overrideParams['model'],
    'model' in endpoint ? endpoint.model : undefined,
    json?.['model'],
    node?.defaultParams['model'],
  ];
  return names.filter((name): name is string => typeof name === 'string' && name !== '');
}

const targets = new WeakMap<ResolvedConfig, ReadonlyMap<string, TargetNode>>();

/** The target at a path of a config. */
function targetAt(config: ResolvedConfig, path: string): TargetNode | undefined {
  return targetsOf(config).get(path);
}

function targetsOf(config: ResolvedConfig): ReadonlyMap<string, TargetNode> {
  let known = targets.get(config);
  if (known === undefined) targets.set(config, (known = new Map(leavesOf(config).map((node) => [node.path, node]))));
  return known;
}

function leavesOf(node: ResolvedConfig): TargetNode[] {
  return node.kind === 'target' ? [node] : node.targets.flatMap(leavesOf);
}
