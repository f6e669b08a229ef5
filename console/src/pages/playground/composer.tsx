import { useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';

interface ComposerProps {
  readonly first: string;
  readonly firstImages: readonly string[];
  readonly isRunning: boolean;
  /** Whether to offer something to begin with. */
  readonly suggests: boolean;
  readonly onSend: (text: string, images: readonly string[]) => void;
  readonly onStop: () => void;
}

const SUGGESTIONS = ['Explain a sluice to a child', 'A table of three sorting algorithms', 'Write a haiku about rivers'];
const MAX_IMAGE_BYTES = 8 * 1024 * 1024;

/** Where the next message is written; pictures come by paste, drop or choice. */
export function Composer({ first, firstImages, isRunning, suggests, onSend, onStop }: ComposerProps) {
  const [text, setText] = useState(first);
  const [images, setImages] = useState(firstImages);
  const add = async (files: Iterable<File>): Promise<void> => {
    const urls = await Promise.all([...files].filter(({ type }) => type.startsWith('image/')).map(dataUrl));
    setImages((old) => [...old, ...urls.filter((url) => url !== undefined)]);
  };
  const send = (): void => {
    if (isRunning || (text.trim() === '' && images.length === 0)) return;
    onSend(text, images);
    setText('');
    setImages([]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (event.clipboardData.files.length > 0) void add(event.clipboardData.files);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    void add(event.dataTransfer.files);
  };
  const isFresh = text === '' && images.length === 0 && first === '';
  return (
    <div className="composer" onDrop={onDrop} onDragOver={(event) => event.preventDefault()}>
      <Thumbs images={images} onChange={setImages} />
      <textarea
        aria-label="Message"
        placeholder="Message every model above. Shift+Enter starts a new line; paste or drop pictures."
        rows={2}
        value={text}
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className="composer-foot">
        <PictureButton onAdd={(files) => void add(files)} />
        <span className="grow suggestions">{isFresh && suggests ? <Suggestions onSend={(suggestion) => onSend(suggestion, [])} /> : null}</span>
        {isRunning ? (
          <Button icon="stop" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button look="primary" icon="play" onClick={send} disabled={text.trim() === '' && images.length === 0}>
            Send
          </Button>
        )}
      </div>
    </div>
  );
}

function PictureButton({ onAdd }: { readonly onAdd: (files: Iterable<File>) => void }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input ref={picker} type="file" accept="image/*" aria-label="Pictures" multiple hidden onChange={(event) => onAdd(event.target.files ?? [])} />
      <IconButton icon="image" label="Add pictures" onClick={() => picker.current?.click()} />
    </>
  );
}

function Suggestions({ onSend }: { readonly onSend: (text: string) => void }) {
  return SUGGESTIONS.map((suggestion) => (
    <button key={suggestion} type="button" className="pick" onClick={() => onSend(suggestion)}>
      {suggestion}
    </button>
  ));
}

function Thumbs({ images, onChange }: { readonly images: readonly string[]; readonly onChange: (images: readonly string[]) => void }) {
  if (images.length === 0) return null;
  return (
    <ul className="thumbs">
      {images.map((url, i) => (
        <li key={url.slice(-40)}>
          <img src={url} alt={`Attached ${i + 1}`} />
          <IconButton icon="close" label={`Remove picture ${i + 1}`} onClick={() => onChange(images.filter((_, k) => k !== i))} />
        </li>
      ))}
    </ul>
  );
}

async function dataUrl(file: File): Promise<string | undefined> {
  if (file.size > MAX_IMAGE_BYTES) {
    toast(`${file.name} is larger than 8 MB`, 'bad');
    return undefined;
  }
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.addEventListener('error', () => resolve(undefined));
    reader.readAsDataURL(file);
  });
}
