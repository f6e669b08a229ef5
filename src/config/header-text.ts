/** The text of a header: Node reads its bytes as Latin-1, but clients send JSON as UTF-8. */
export function decodeUtf8(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}
