import type { Tool } from '../define.js';
import { approveSubmission } from './tools/approve-submission.js';
import { cancelTask } from './tools/cancel-task.js';
import { createTask } from './tools/create-task.js';
import { getMessages } from './tools/get-messages.js';
import { getTask } from './tools/get-task.js';
import { getTransactions } from './tools/get-transactions.js';
import { getWallet } from './tools/get-wallet.js';
import { listApplicants } from './tools/list-applicants.js';
import { listTasks } from './tools/list-tasks.js';
import { login } from './tools/login.js';
import { register } from './tools/register.js';
import { rejectSubmission } from './tools/reject-submission.js';
import { requestConfirmation } from './tools/request-confirmation.js';
import { selectApplicant } from './tools/select-applicant.js';
import { sendMessage } from './tools/send-message.js';

/** The tools of Humans2AI, sorted by name. */
export const humans2aiTools: readonly Tool[] = [
  approveSubmission,
  cancelTask,
  createTask,
  getMessages,
  getTask,
  getTransactions,
  getWallet,
  listApplicants,
  listTasks,
  login,
  register,
  rejectSubmission,
  requestConfirmation,
  selectApplicant,
  sendMessage,
];
