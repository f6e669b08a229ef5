/** Roughly how many bytes a value of plain objects and lists keeps in memory; what is shared counts once. */
export function weigh(value: unknown, counted = new Set<object>()): number {
  if (typeof value === 'string') return 24 + value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (counted.has(value)) return 8;
  counted.add(value);
  let bytes = 64;
  for (const [key, member] of Object.entries(value)) bytes += 16 + key.length + weigh(member, counted);
  return bytes;
}
