const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The ranges of time that pages offer, with their length in milliseconds. */
export const RANGES = { '15m': 15 * MINUTE, '1h': HOUR, '6h': 6 * HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY } as const;
export type RangeName = keyof typeof RANGES;

export function isRange(name: string | null): name is RangeName {
  return name !== null && name in RANGES;
}

/** A width of a bar or step for a range, in milliseconds: about sixty of them. */
export function stepFor(length: number): number {
  const steps = [10_000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY];
  return steps.find((step) => length / step <= 72) ?? DAY;
}

/** 12:04:31 of today, else with the day. */
export function clockText(at: string | number, now = Date.now()): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString('en-GB');
  return now - date.getTime() < DAY && new Date(now).getDate() === date.getDate() ? time : `${dayText(date)} ${time}`;
}

function dayText(date: Date): string {
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

/** 31 Jan 2030, 12:04:31: a moment in full, in local time. */
export function dateText(at: string | number): string {
  const date = new Date(at);
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${date.toLocaleTimeString('en-GB')}`;
}

/** A mark of a time axis: hours and minutes for short ranges, days for long ones. */
export function tickText(at: number, range: number): string {
  const date = new Date(at);
  if (range <= 2 * DAY) return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return dayText(date);
}

/** "just now", "5 min ago", "in 3 days". */
export function agoText(at: string | number | null | undefined, now = Date.now()): string {
  if (at === null || at === undefined) return 'never';
  const distance = now - new Date(at).getTime();
  const size = Math.abs(distance);
  if (size < 45_000) return distance >= 0 ? 'just now' : 'in a moment';
  const [count, unit] = size < 59.5 * MINUTE ? [size / MINUTE, 'min'] : size < 23.5 * HOUR ? [size / HOUR, 'h'] : [size / DAY, 'day'];
  const amount = Math.round(count);
  const text = `${amount} ${unit}${unit === 'day' && amount !== 1 ? 's' : ''}`;
  return distance >= 0 ? `${text} ago` : `in ${text}`;
}

/** 4 d 3 h, 12 min. */
export function uptimeText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}
