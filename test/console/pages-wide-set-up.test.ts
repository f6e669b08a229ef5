import { walk } from './walk.ts';

walk(1440, 'set up');
