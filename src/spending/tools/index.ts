import type { Tool } from '../../marketplaces/define.js';
import { getOperation } from './get-operation.js';
import { previewOperation } from './preview-operation.js';

/** The spending gate's own tools; they belong to no marketplace. */
export const operationTools: readonly Tool[] = [getOperation, previewOperation];
