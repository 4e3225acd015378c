import type { FinancialTool } from '../../../../marketplaces/humans2ai/api.js';
import { useConfirmation } from '../../../domain/confirmations.js';
import { type Call, callerIn } from '../../../pipeline.js';

/** What an action is handed. REST routes and envelope tools call the same actions. */
export type ActionCall = Pick<Call, 'env' | 'tx' | 'operationKey' | 'caller' | 'audit'>;

type Confirmable = Readonly<Record<string, unknown>> & { readonly confirmationToken?: string | undefined };

/** A financial action uses up its confirmation token before anything else is looked at. */
export function confirmed<Input extends Confirmable, Result>(
  tool: FinancialTool,
  action: (call: ActionCall, input: Input) => Promise<Result>,
): (call: ActionCall, input: Input) => Promise<Result> {
  return async (call, input) => {
    await useConfirmation(call.env, call.tx, callerIn(call).account, tool, input);
    return await action(call, input);
  };
}
