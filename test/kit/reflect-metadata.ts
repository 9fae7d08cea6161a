/**
 * The part of the reflect-metadata proposal that @peculiar/x509's container needs before it is loaded:
 * values by class and name, inherited along the prototypes. It brings no polyfill of its own.
 */
const byTarget = new WeakMap<object, Map<unknown, unknown>>();

function getOwnMetadata(name: unknown, target: object): unknown {
  return byTarget.get(target)?.get(name);
}

function getMetadata(name: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    const found = getOwnMetadata(name, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function defineMetadata(name: unknown, value: unknown, target: object): void {
  const values = byTarget.get(target) ?? new Map<unknown, unknown>();
  byTarget.set(target, values.set(name, value));
}

Object.assign(Reflect, { getOwnMetadata, getMetadata, defineMetadata });
