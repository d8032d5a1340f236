/// <reference lib="dom" />

/**
 * The element of an id.
 *
 * @throws {TypeError} If the page has none of that type.
 */
export function element<E extends HTMLElement>(id: string, type: { new (): E }): E {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new TypeError(`Cannot find element "${id}": the page has none, a ${type.name} is needed`);
}
