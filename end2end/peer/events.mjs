// @ts-check
/** Reads OpenCode's own event stream, for tests that check what a prompt really does. */

/** @typedef {{ type: string, properties: Record<string, any> }} PeerEvent */

/** The first events after `server.connected` may be lost: the subscription is not live yet when it is sent. */
const PROBE_TITLE = 'stream is live';
const LIVE_MS = 30_000;
const PROBE_EVERY_MS = 200;

export class Events {
  /** @type {PeerEvent[]} */
  seen = [];
  /** @type {Set<() => void>} */
  #waiting = new Set();
  #abort = new AbortController();

  /**
   * Connects and returns once events certainly arrive.
   * @param {import('./opencode.mjs').OpenCode} opencode
   */
  static async follow(opencode) {
    const events = new Events();
    const response = await fetch(`${opencode.url}/global/event`, { signal: events.#abort.signal });
    if (!response.body) throw new Error('The event stream has no body.');
    void events.#read(response.body);
    const until = Date.now() + LIVE_MS;
    const isProbe = (/** @type {PeerEvent} */ it) => it.type === 'session.created' && it.properties['info'].title === PROBE_TITLE;
    while (!events.seen.some(isProbe)) {
      if (Date.now() > until) throw new Error('The event stream stays silent.');
      await opencode.createSession({ title: PROBE_TITLE });
      await Promise.race([events.until(isProbe), new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS))]);
    }
    events.seen = [];
    return events;
  }

  /** @param {ReadableStream<Uint8Array>} body */
  async #read(body) {
    let rest = '';
    const decoder = new TextDecoder();
    try {
      for await (const bytes of body) {
        rest += decoder.decode(bytes, { stream: true });
        const frames = rest.split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) this.#take(frame);
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  /** @param {string} frame */
  #take(frame) {
    if (!frame.startsWith('data: ')) return;
    const { payload } = /** @type {{ payload: PeerEvent }} */ (JSON.parse(frame.slice('data: '.length)));
    if (payload.type === 'sync') return;
    this.seen.push(payload);
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * The first event that fits, seen already or still to come.
   * @param {(event: PeerEvent) => boolean} fits
   * @returns {Promise<PeerEvent>}
   */
  until(fits) {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.seen.find(fits);
        if (!found) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** @param {string} session */
  idle(session) {
    return this.until((it) => it.type === 'session.idle' && it.properties['sessionID'] === session);
  }

  close() {
    this.#abort.abort();
  }
}
