import { BASE } from './base.js';
import { PARTS } from './parts.js';

/** The look of the console: system fonts, figures of one width, two themes, no picture and no font from anywhere. */
export const STYLE = `${BASE}${PARTS}`;
