import { walk } from './walk.ts';

walk(390, 'set up');
