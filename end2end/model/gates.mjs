// @ts-check
/**
 * Gates let a test hold the model at a known place and let it go on, so that no test needs to sleep.
 * A gate is closed until it is opened once, and then stays open.
 */

/** @typedef {{ reached: Promise<void>, arrive: () => void, opened: Promise<void>, open: () => void }} Gate */

export class Gates {
  /** @type {Map<string, Gate>} */
  #gates = new Map();

  /** @param {string} name @returns {Gate} */
  #gate(name) {
    const known = this.#gates.get(name);
    if (known) return known;
    const arrival = signal();
    const opening = signal();
    const gate = { reached: arrival.promise, arrive: arrival.fire, opened: opening.promise, open: opening.fire };
    this.#gates.set(name, gate);
    return gate;
  }

  /**
   * The model's side: say that it is here and wait until somebody opens.
   * @param {string} name
   * @param {AbortSignal} gone
   */
  async pass(name, gone) {
    const gate = this.#gate(name);
    gate.arrive();
    await Promise.race([gate.opened, aborted(gone)]);
  }

  /**
   * The test's side: resolves once the model stands at the gate (or has stood there).
   * @param {string} name
   * @returns {Promise<void>}
   */
  reached(name) {
    return this.#gate(name).reached;
  }

  /** @param {string} name */
  open(name) {
    this.#gate(name).open();
  }
}

/** @returns {{ promise: Promise<void>, fire: () => void }} */
function signal() {
  const event = new EventTarget();
  /** @type {Promise<void>} */
  const promise = new Promise((resolve) => event.addEventListener('fire', () => resolve(), { once: true }));
  return { promise, fire: () => event.dispatchEvent(new Event('fire')) };
}

/** @param {AbortSignal} gone @returns {Promise<void>} */
export function aborted(gone) {
  return new Promise((resolve) => {
    if (gone.aborted) resolve();
    else gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
