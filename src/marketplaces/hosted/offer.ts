import type { HostedPrompt, HostedResource, HostedTemplate, HostedTool } from './definitions.js';
import type { Mount } from './mount.js';
import { exposedNames } from './names.js';
import { matches, prefixed, unprefixed } from './uris.js';

/** What all mounts offer together, under the names that hosts see. Always in the same order. */

export interface Offer<T> {
  readonly mount: Mount;
  /** As hosts see it. */
  readonly name: string;
  /** As its server knows it. */
  readonly item: T;
}

/** @param reserved names of ours. @param readOnly only what a trusted server says that it only reads. */
export function toolsOf(
  mounts: readonly Mount[],
  reserved: ReadonlySet<string>,
  readOnly: boolean,
): Offer<HostedTool>[] {
  return offersOf(mounts, reserved, (mount) =>
    (mount.shown?.tools ?? []).filter((tool) => isAllowed(mount, tool, readOnly)),
  );
}

export function promptsOf(mounts: readonly Mount[], reserved: ReadonlySet<string>): Offer<HostedPrompt>[] {
  return offersOf(mounts, reserved, (mount) => mount.shown?.prompts ?? []);
}

/** @param isOurs whether a URI is one of ours. */
export function resourcesOf(mounts: readonly Mount[], isOurs: (uri: string) => boolean): Offer<HostedResource>[] {
  return urisOf(mounts, isOurs, (mount) => (mount.shown?.resources ?? []).map((item) => [item.uri, item]));
}

export function templatesOf(mounts: readonly Mount[], isOurs: (uri: string) => boolean): Offer<HostedTemplate>[] {
  return urisOf(mounts, isOurs, (mount) => (mount.shown?.templates ?? []).map((item) => [item.uriTemplate, item]));
}

/** Which mount a URI is read from, and what its server calls it: one that is listed before one that fits a template. */
export function ownerOf(
  mounts: readonly Mount[],
  uri: string,
  isOurs: (uri: string) => boolean,
): { readonly mount: Mount; readonly uri: string } | undefined {
  const listed = resourcesOf(mounts, isOurs).find(({ name }) => name === uri);
  if (listed) return { mount: listed.mount, uri: listed.item.uri };
  const fitting = templatesOf(mounts, isOurs).find(({ name }) => matches(name, uri));
  if (fitting)
    return {
      mount: fitting.mount,
      uri: fitting.name === fitting.item.uriTemplate ? uri : unprefixed(fitting.mount.settings.name, uri),
    };
  const linked = mounts.find((mount) => mount.links.has(uri));
  if (linked) return { mount: linked, uri };
  const named = mounts.find((mount) => uri.startsWith(`${mount.settings.name}+`));
  return named && { mount: named, uri: unprefixed(named.settings.name, uri) };
}

function isAllowed({ settings }: Mount, tool: HostedTool, readOnly: boolean): boolean {
  const { allow, deny, trusted } = settings;
  if (deny.includes(tool.name) || (allow.length > 0 && !allow.includes(tool.name))) return false;
  return !readOnly || (trusted && tool.annotations?.readOnlyHint === true);
}

function offersOf<T extends { readonly name: string }>(
  mounts: readonly Mount[],
  reserved: ReadonlySet<string>,
  itemsOf: (mount: Mount) => readonly T[],
): Offer<T>[] {
  const items = mounts.flatMap((mount) => itemsOf(mount).map((item) => ({ mount, item })));
  const names = exposedNames(
    items.map(({ mount: { settings }, item }) => ({ mount: settings.name, name: item.name, prefix: settings.prefix })),
    reserved,
  );
  return items
    .map(({ mount, item }, index) => ({ mount, item, name: names[index] ?? item.name }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** URIs stay as they are; where two have the same one, every one but the first is marked with its mount. */
function urisOf<T>(
  mounts: readonly Mount[],
  isOurs: (uri: string) => boolean,
  itemsOf: (mount: Mount) => readonly (readonly [string, T])[],
): Offer<T>[] {
  const taken = new Set<string>();
  return mounts.flatMap((mount) =>
    itemsOf(mount).map(([uri, item]) => {
      const name = taken.has(uri) || isOurs(uri) ? prefixed(mount.settings.name, uri) : uri;
      taken.add(uri);
      return { mount, item, name };
    }),
  );
}
