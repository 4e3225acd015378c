import { lookup as dnsLookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { classOf } from './addresses.js';

/**
 * Requests to addresses that agents gave. The address that is connected to is checked, not the name: a name that
 * resolves to something else the second time gains nothing. Redirects are not followed and answers are not read.
 */

/** Sends one request. @returns the status of the answer. @throws when there was none, or the address is refused. */
export type Outbound = (request: OutboundRequest) => Promise<number>;

export interface OutboundRequest {
  readonly method: 'HEAD' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For everything: resolving, connecting, sending, and the head of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Resolves a name to all of its addresses. */
export type Resolve = (name: string) => Promise<readonly { address: string; family: number }[]>;

const systemResolve: Resolve = (name) =>
  new Promise((resolve, reject) => {
    dnsLookup(name, { all: true, verbatim: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/**
 * @param resolve the names of this machine's resolver by default.
 * @param loopback whether this machine itself may be called; a setting of the sandbox says so.
 */
export function createOutbound(resolve: Resolve = systemResolve, loopback = true): Outbound {
  const problemOf: Judge = (address) => {
    const kind = classOf(address);
    if (kind === 'loopback' && !loopback) return refusedLoopback();
    return kind === 'refused' ? refusedAddress() : undefined;
  };
  return async ({ method, url, headers, body, timeoutMs, signal }) => {
    const address = checkedUrl(url, problemOf);
    signal.throwIfAborted();
    const open = address.protocol === 'https:' ? httpsRequest : httpRequest;
    return await new Promise<number>((done, fail) => {
      const request = open(
        address,
        {
          method,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
          // One connection for one request: nothing is kept open to somebody else's server.
          agent: false,
          lookup: checkedLookup(resolve, problemOf),
        },
        (response) => {
          response.destroy();
          done(response.statusCode ?? 0);
        },
      );
      const stop = () => request.destroy(new Error('The callback address did not answer in time.'));
      const timer = setTimeout(stop, timeoutMs);
      signal.addEventListener('abort', stop);
      request.on('error', fail);
      request.on('close', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      });
      request.end(body);
    });
  };
}

/** Why an address may not be called, if it may not. */
type Judge = (address: string) => Error | undefined;

/** @throws for an address that must not be called, whatever it resolves to. */
function checkedUrl(text: string, problemOf: Judge): URL {
  if (!URL.canParse(text)) throw new Error('The callback address is no URL.');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('The callback address is not http(s).');
  if (url.username !== '' || url.password !== '') throw new Error('The callback address carries a user name.');
  // A literal address is connected to without being looked up.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const problem = isIP(host) === 0 ? undefined : problemOf(host);
  if (problem) throw problem;
  return url;
}

/** Whether what is sent to this address stays on this machine or is encrypted on its way. */
export function isPrivateWay(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.protocol === 'https:') return true;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || classOf(host) === 'loopback';
}

/** Gives the connection only addresses that it may lead to; if one of a name's addresses is refused, the name is. */
function checkedLookup(resolve: Resolve, problemOf: Judge): LookupFunction {
  return (name, options, callback) => {
    resolve(name).then(
      (addresses) => {
        const [first] = addresses;
        const problem = addresses.map(({ address }) => problemOf(address)).find((each) => each !== undefined);
        if (!first || problem) callback(problem ?? refusedAddress(), '', 0);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error('The name does not resolve.'), '', 0),
    );
  };
}

const refusedAddress = () => new Error('The callback address is neither public nor on this machine.');
const refusedLoopback = () => new Error('This machine may not be called: the setting for loopback targets is off.');
