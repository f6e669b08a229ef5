import type { JsonObject } from '../../ir/json.ts';
import type { MediaSource } from '../../ir/request.ts';
import { wordOf } from '../lenient.ts';
import type { Progress, StreamedItem } from './streamed-item.ts';
import { OWN } from './vocabulary.ts';

/** A call of the provider's own tools, or whatever else only this dialect knows: passed on when it is finished. A picture is one. */
export class StreamedOpaque implements StreamedItem {
  readonly #progress: Progress;
  #isPassedOn = false;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  open(): void {}

  complete(wire: JsonObject): void {
    if (this.#isPassedOn) return;
    this.#isPassedOn = true;
    const at = { choice: 0, block: this.#progress.nextBlock++ };
    const image = wire.type === 'image_generation_call' ? wordOf(wire.result) : undefined;
    if (image === undefined) this.#progress.out.push({ type: 'opaque', ...at, dialect: OWN, value: wire });
    else this.#progress.out.push({ type: 'media', ...at, kind: 'image', source: pictureOf(wire, image), native: { dialect: OWN, value: wire } });
  }
}

/** How the base64 of a picture begins where it is no PNG. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['/9j/', 'image/jpeg'],
  ['UklGR', 'image/webp'],
];

function pictureOf(wire: JsonObject, data: string): MediaSource {
  const format = wordOf(wire.output_format)?.toLowerCase();
  const mime = format === undefined ? BEGINNINGS.find(([start]) => data.startsWith(start))?.[1] : `image/${format}`;
  return { kind: 'base64', mime: mime ?? 'image/png', data };
}
