import { readStream } from '../../backend/surfaces/support.js';
