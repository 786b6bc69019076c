// @ts-check
/**
 * A narrow passage to a server: everything goes through it, and a test can stop one request on its way there or one
 * answer on its way back, for as long as it likes. It knows nothing of what it passes on.
 */
import { once } from 'node:events';
import { createServer, request } from 'node:http';

/** @typedef {'there' | 'back' | 'taken'} Way */

export class Strait {
  #server = createServer((asked, answer) => this.#pass(asked, answer));
  /** @type {{ path: RegExp, way: Way, reached: () => void } | undefined} */
  #stop;

  /** @param {URL} beyond */
  constructor(beyond) {
    this.beyond = beyond;
  }

  /** @param {string} beyond the address of the server */
  static async open(beyond) {
    const strait = new Strait(new URL(beyond));
    strait.#server.listen(0, '127.0.0.1');
    await once(strait.#server, 'listening');
    return strait;
  }

  get url() {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The strait is closed.');
    return `http://127.0.0.1:${address.port}`;
  }

  /**
   * Stops the next request to such a path for good: before it arrives, or when the server has answered it; or answers
   * in the server's place that it was taken, which the server never hears of.
   * @param {RegExp} path
   * @param {Way} way
   * @returns {Promise<void>} when something was stopped
   */
  stop(path, way) {
    return new Promise((resolve) => {
      this.#stop = { path, way, reached: resolve };
    });
  }

  /** Cuts whatever is under way, in the middle of a byte stream or not; what comes afterwards passes again. */
  cut() {
    this.#server.closeAllConnections();
  }

  close() {
    this.cut();
    this.#server.close();
  }

  /**
   * @param {import('node:http').IncomingMessage} asked
   * @param {import('node:http').ServerResponse} answer
   */
  #pass(asked, answer) {
    const stop = this.#stop?.path.test(asked.url ?? '') ? this.#stop : undefined;
    if (stop) this.#stop = undefined;
    if (stop?.way === 'there') { stop.reached(); return; }
    if (stop?.way === 'taken') {
      asked.resume();
      answer.writeHead(204).end();
      stop.reached();
      return;
    }
    const { hostname, port } = this.beyond;
    const onward = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers });
    onward.on('response', (given) => {
      if (stop) { stop.reached(); return; }
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => {
      // Whoever asked is gone; what has arrived is not taken back.
      if (!stop) onward.destroy();
    });
    asked.pipe(onward);
  }
}
