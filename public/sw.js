// @ts-check
/**
 * The service worker: keeps the program's own files, so that a second visit
 * and a visit without a network begin at once.
 *
 * It keeps only what the build made, each file checked against its hash. It
 * answers only GETs of those files and navigations, and a navigation only
 * when the network does not: pages hold data and a nonce, so they are never
 * kept. The stream, the commands, login and everything else pass it by.
 */

/**
 * One file it may keep. What comes later is kept when a page first asks for it, so that
 * installing costs a first visit nothing more.
 * @typedef {{ path: string, integrity: string, later?: boolean }} Kept
 */

/**
 * The build it belongs to; the build fills it in.
 * @type {{ id: string, shell: string, files: Kept[] }}
 */
const BUILD = { id: "", shell: "", files: [] };

/**
 * What gateways on the way say of pages while Nexus is not behind them; Nexus
 * itself never answers so when a page is asked for.
 */
const AWAY = [502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530];

/**
 * The kill switch. Released as `true`, it removes everything this worker ever
 * kept, and the worker itself, from every device that comes by.
 * @type {boolean}
 */
const RETIRED = false;

/** Every cache of ours begins so; others on this origin are not ours to touch. */
const FAMILY = "nexus-";
const CACHE = FAMILY + BUILD.id;
const FILES = new Map(BUILD.files.map((file) => [file.path, file]));

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", (event) => {
  // It need not wait for the pages of an older build: they have loaded what they need, and a page
  // that is asked for anew is of the server's build, whichever worker is in charge. A page of an
  // older build is told so by its stream.
  event.waitUntil(RETIRED ? worker.skipWaiting() : precache().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(RETIRED ? retire() : begin());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (RETIRED || request.method !== "GET") {
    return;
  }
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(navigate(event));
    return;
  }
  const file = url.search === "" ? FILES.get(url.pathname) : undefined;
  if (file) {
    event.respondWith(kept(request, file));
  }
});

/** Fetches what a page begins with; if one file is not what it should be, there is no new worker. */
async function precache() {
  const cache = await caches.open(CACHE);
  const missing = [];
  for (const file of BUILD.files) {
    if (!file.later && !(await cache.match(file.path))) {
      missing.push(file);
    }
  }
  await Promise.all(missing.map((file) => keep(cache, file)));
}

/**
 * @param {Cache} cache
 * @param {Kept} file
 */
async function keep(cache, { path, integrity }) {
  const response = await fetch(path, {
    // The browser itself refuses what does not have this hash.
    integrity,
    credentials: "same-origin",
    redirect: "error",
    // Hashed files may come from the page's own first load; the shell's name says nothing of its content.
    cache: path === BUILD.shell ? "no-cache" : "default",
  });
  if (response.status !== 200 || response.type !== "basic") {
    throw new Error(`${path} cannot be kept: ${response.status} ${response.type}`);
  }
  await cache.put(path, response);
}

/** Old builds go, and pages that are open without a worker get this one. */
async function begin() {
  for (const name of await caches.keys()) {
    if (name.startsWith(FAMILY) && name !== CACHE) {
      await caches.delete(name);
    }
  }
  // The page is asked for while the worker still starts.
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** Leaves nothing behind. */
async function retire() {
  for (const name of await caches.keys()) {
    if (name.startsWith(FAMILY)) {
      await caches.delete(name);
    }
  }
  await worker.registration.unregister();
}

/**
 * A file of the build: ours, else the network's.
 * @param {Request} request
 * @param {Kept} file
 */
async function kept(request, file) {
  const cache = await caches.open(CACHE);
  const ours = await cache.match(file.path);
  if (ours || !file.later) {
    return ours ?? fetch(request);
  }
  await keep(cache, file);
  return (await cache.match(file.path)) ?? fetch(request);
}

/**
 * A page: the network's, else the shell, which says that there is none.
 * @param {FetchEvent} event
 */
async function navigate(event) {
  /** @type {Response | undefined} */
  let page;
  /** @type {unknown} */
  let reason;
  try {
    /** @type {unknown} */
    const early = await event.preloadResponse;
    page = early instanceof Response ? early : await fetch(event.request);
    if (!AWAY.includes(page.status)) {
      return page;
    }
  } catch (error) {
    reason = error;
  }
  const cache = await caches.open(CACHE);
  const shell = (await cache.match(BUILD.shell)) ?? page;
  if (shell) {
    return shell;
  }
  throw reason;
}
