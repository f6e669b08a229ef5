import type { IconName } from '../ui/icon.tsx';

/** Where one can go, with the letter that goes there after `g`. */
export interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  readonly letter: string;
  readonly group: 'Observe' | 'Set up';
}

export const PLACES: readonly Place[] = [
  { to: '/', label: 'Overview', icon: 'overview', letter: 'o', group: 'Observe' },
  { to: '/logs', label: 'Logs', icon: 'logs', letter: 'l', group: 'Observe' },
  { to: '/playground', label: 'Playground', icon: 'playground', letter: 'p', group: 'Observe' },
  { to: '/configs', label: 'Configs', icon: 'configs', letter: 'c', group: 'Set up' },
  { to: '/providers', label: 'Providers', icon: 'providers', letter: 'r', group: 'Set up' },
  { to: '/keys', label: 'API keys', icon: 'keys', letter: 'k', group: 'Set up' },
  { to: '/limits', label: 'Budgets and limits', icon: 'limits', letter: 'b', group: 'Set up' },
  { to: '/connect', label: 'Connect a client', icon: 'connect', letter: 's', group: 'Set up' },
];
