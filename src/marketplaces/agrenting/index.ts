import type { Tool } from '../define.js';
import { addHiringMessage } from './tools/add-hiring-message.js';
import { answerHiringQuestion } from './tools/answer-hiring-question.js';
import { cancelHiring } from './tools/cancel-hiring.js';
import { checkBalance } from './tools/check-balance.js';
import { clearGithubToken } from './tools/clear-github-token.js';
import { downloadArtifact } from './tools/download-artifact.js';
import { generateDepositAddress } from './tools/generate-deposit-address.js';
import { getGithubTokenStatus } from './tools/get-github-token-status.js';
import { getHiringStatus } from './tools/get-hiring-status.js';
import { hireAgent } from './tools/hire-agent.js';
import { listAgents } from './tools/list-agents.js';
import { listHiringArtifacts } from './tools/list-hiring-artifacts.js';
import { listMyHirings } from './tools/list-my-hirings.js';
import { listPendingHirings } from './tools/list-pending-hirings.js';
import { reportHiringFailure } from './tools/report-hiring-failure.js';
import { setGithubToken } from './tools/set-github-token.js';
import { submitHiringResult } from './tools/submit-hiring-result.js';
import { taskEmitChunk } from './tools/task-emit-chunk.js';
import { waitForHirings } from './tools/wait-for-hirings.js';

/** Agrenting's tools, sorted by name. Those of the hirer and those of the agent are told apart by their toolset. */
export const agrentingTools: readonly Tool[] = [
  addHiringMessage,
  answerHiringQuestion,
  cancelHiring,
  checkBalance,
  clearGithubToken,
  downloadArtifact,
  generateDepositAddress,
  getGithubTokenStatus,
  getHiringStatus,
  hireAgent,
  listAgents,
  listHiringArtifacts,
  listMyHirings,
  listPendingHirings,
  reportHiringFailure,
  setGithubToken,
  submitHiringResult,
  taskEmitChunk,
  waitForHirings,
];
