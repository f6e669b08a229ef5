/** Numbers in a vector. */
const DIMENSIONS = 1024;
/** Words that say little about what is asked. */
const WEAK = new Set(
  'a an and are be can could do does for give hello hey hi i in is it just kindly me my of on or please so tell thank thanks that the then to would you your'.split(
    ' ',
  ),
);
const WORD_WEIGHT = 1;
const WEAK_WEIGHT = 0.15;
const PAIR_WEIGHT = 0.35;
const LETTERS_WEIGHT = 0.2;
/** What turns a question into another one though all else is the same: numbers, and words that say no. */
const SHARP_WEIGHT = 4;
const SHARP = /\d|^(?:not|no|never|without|except|n't)$|n't$/;

/**
 * A vector for a text by the words, pairs of words and letters in it: texts of which most is the same lie close together. It knows nothing of
 * meaning: other words for the same thing are far apart, and a small word may make a difference that it takes for a small one.
 */
export function lexicalEmbedding(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  let last = '';
  for (const word of wordsOf(text)) {
    add(vector, `w ${word}`, SHARP.test(word) ? SHARP_WEIGHT : WEAK.has(word) ? WEAK_WEIGHT : WORD_WEIGHT);
    if (last !== '') add(vector, `p ${last} ${word}`, WEAK.has(word) || WEAK.has(last) ? WEAK_WEIGHT : PAIR_WEIGHT);
    for (let at = 0; at + 3 <= word.length && !WEAK.has(word); at++) add(vector, `l ${word.slice(at, at + 3)}`, LETTERS_WEIGHT);
    last = word;
  }
  return normalized(vector);
}

/**
 * What two texts must have in common to be compared at all: every word that says something, but for an `s` at its end. In a long text a
 * single other word hardly moves the vector, and may turn the question into another one.
 */
export function coreOf(text: string): string {
  const words = wordsOf(text).filter((word) => !WEAK.has(word));
  return words
    .map((word) => word.replace(/(?<=\p{L}{3})s$/u, ''))
    .sort((one, other) => (one < other ? -1 : 1))
    .join(' ');
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}']+/gu) ?? []
  );
}

/** The same vector at length 1; one of zeros stays as it is. */
export function normalized(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (sum === 0) return vector;
  const length = Math.sqrt(sum);
  return vector.map((value) => value / length);
}

/** Two features seldom share a place, and where they do their signs keep the error small. */
function add(vector: Float32Array, feature: string, weight: number): void {
  const hash = hashOf(feature);
  const place = hash % DIMENSIONS;
  vector[place] = (vector[place] ?? 0) + ((hash >>> 24) & 1 ? weight : -weight);
}

/** FNV-1a with a last stir, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
