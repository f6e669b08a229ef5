import type { MediaSource } from '../../ir/request.ts';
import type { Progress } from './streamed-item.ts';

/** Speech has no format of its own in this dialect. */
const MIME = 'audio/wav';

/** The source of a piece of speech. */
export function speechOf(data: string, format?: string): MediaSource {
  return { kind: 'base64', mime: format === undefined ? MIME : `audio/${format}`, data };
}

/** Speech that comes in events of its own, beside the items; passed on when the answer ends. */
export class StreamedAudio {
  readonly #data: Buffer[] = [];
  #transcript = '';

  add(data: string): void {
    this.#data.push(Buffer.from(data, 'base64'));
  }

  addTranscript(text: string): void {
    this.#transcript += text;
  }

  settle(progress: Progress): void {
    if (this.#data.length === 0) return;
    const source = speechOf(Buffer.concat(this.#data).toString('base64'));
    const transcript = this.#transcript === '' ? undefined : this.#transcript;
    progress.out.push({ type: 'media', choice: 0, block: progress.nextBlock++, kind: 'audio', source, transcript });
  }
}
