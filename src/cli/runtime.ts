/** The first Node that has all that the gateway is built on: SQLite, and Zstandard in zlib. */
const OLDEST = { major: 22, minor: 15 } as const;

/** Why a version of Node cannot run the gateway; undefined: it can. */
export function lackOf(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return undefined;
  return `needs Node ${OLDEST.major}.${OLDEST.minor} or later, and this is ${version}. In a clone of the repository \`npm start\` brings its own.`;
}
