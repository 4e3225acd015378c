/**
 * The console's own script, for a browser. Each function is served as its source text, so it must stand alone: it may
 * use its arguments and what a browser offers, and nothing of this file or of an import.
 */

export type Morph = (from: Node, to: Node) => void;

/**
 * Makes one tree of nodes equal to another and keeps the nodes that stay: whoever reads, types or has opened something
 * is not disturbed. Fields that somebody changed keep what was typed.
 */
export function morph(from: Node, to: Node): void {
  const same = (a: Node, b: Node): boolean => {
    if (a.nodeName !== b.nodeName) return false;
    // Not "a.id": in a form that has a field of this name it is that field.
    return !(a instanceof Element && b instanceof Element) || a.getAttribute('id') === b.getAttribute('id');
  };
  const touched = (node: Element): boolean => {
    if (node instanceof HTMLInputElement && (node.type === 'checkbox' || node.type === 'radio')) {
      return node.checked !== node.defaultChecked;
    }
    if (node instanceof HTMLInputElement && node.type !== 'hidden') return node.value !== node.defaultValue;
    if (node instanceof HTMLTextAreaElement) return node.value !== node.defaultValue;
    return node instanceof HTMLSelectElement && [...node.options].some((one) => one.selected !== one.defaultSelected);
  };
  const attributes = (a: Element, b: Element): void => {
    for (const { name } of [...a.attributes]) {
      // What somebody opened stays open.
      if (!b.hasAttribute(name) && !(name === 'open' && a instanceof HTMLDetailsElement)) a.removeAttribute(name);
    }
    for (const { name, value } of b.attributes) if (a.getAttribute(name) !== value) a.setAttribute(name, value);
  };
  const children = (a: Node, b: Node): void => {
    let at = a.firstChild;
    for (const wanted of [...b.childNodes]) {
      let found: ChildNode | null = at;
      while (found && !same(found, wanted)) found = found.nextSibling;
      // An element without a name is only taken for the one in its own place.
      if (found && found !== at && !(found instanceof Element && found.hasAttribute('id'))) found = null;
      if (!found) {
        a.insertBefore(wanted, at);
        continue;
      }
      while (at && at !== found) {
        const gone: ChildNode = at;
        at = at.nextSibling;
        gone.remove();
      }
      const next = found.nextSibling;
      node(found, wanted);
      at = next;
    }
    while (at) {
      const gone: ChildNode = at;
      at = at.nextSibling;
      gone.remove();
    }
  };
  const node = (a: Node, b: Node): void => {
    if (!(a instanceof Element && b instanceof Element)) {
      if (a.nodeValue !== b.nodeValue) a.nodeValue = b.nodeValue;
      return;
    }
    if (touched(a) || a.isEqualNode(b)) return;
    attributes(a, b);
    // Its children are its default value, which is equal by now or was typed over.
    if (a instanceof HTMLTextAreaElement && document.activeElement === a) return;
    children(a, b);
  };
  node(from, to);
}

/** Follows the server: whenever it says that something changed, the page is read again and its main part made equal. */
export function live(change: Morph): void {
  const main = document.querySelector('main');
  const lamp = document.querySelector('#lamp');
  if (!main || !lamp) return;
  let reading = false;
  let again = false;
  const read = async (): Promise<void> => {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    try {
      const answer = await fetch(location.href, { headers: { 'x-console-live': '1' }, cache: 'no-store' });
      // Signed out, or the sandbox was started anew.
      if (answer.redirected) location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.querySelector('main');
      if (fresh) change(main, fresh);
      document.title = page.title;
      document.dispatchEvent(new Event('console:fresh'));
    } catch {
      // The stream says when the server is back.
    } finally {
      reading = false;
    }
    if (!again) return;
    again = false;
    await read();
  };
  const light = (state: string): void => {
    lamp.textContent = state;
    lamp.setAttribute('data-state', state);
  };
  const source = new EventSource('/console/live');
  let opened = false;
  source.addEventListener('open', () => {
    light('live');
    // What happened while the line was down was not told.
    if (opened) void read();
    opened = true;
  });
  source.addEventListener('error', () => light('reconnecting'));
  source.addEventListener('changed', () => void read());
  // "2 minutes ago" becomes untrue by itself.
  setInterval(() => void read(), 30_000);
}
