import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/client';

/** A text as one JSON-RPC message, or undefined when it is none. */
export function messageIn(text: string): JSONRPCMessage | undefined {
  try {
    return parseJSONRPCMessage(JSON.parse(text));
  } catch {
    return undefined;
  }
}
