// @ts-check
/**
 * The offline shell's script: it asks whether Nexus is back, ever more seldom,
 * and at once where there is reason to hope; then it loads the page that was
 * wanted. It shows nothing of any session, for it knows nothing of them.
 */
"use strict";

/** Says that Nexus is up and nothing else, to anybody. */
const HEALTH = "/healthz";
/** Whoever has not answered in this time, in milliseconds, is away. */
const ANSWER_MS = 5_000;
/** The first pause between two tries, in milliseconds; it doubles. */
const PAUSE_MIN_MS = 1_000;
/** The longest pause between two tries, in milliseconds. */
const PAUSE_MAX_MS = 30_000;
/** How often the time left is shown anew, in milliseconds. */
const TICK_MS = 1_000;

let pause = PAUSE_MIN_MS;
/** When Nexus is asked again; never while an answer is awaited. */
let next = Date.now() + pause;

theme();
document.addEventListener("DOMContentLoaded", () => {
  explain();
  tick();
  setInterval(tick, TICK_MS);
});
document.addEventListener("visibilitychange", hope);
addEventListener("online", hope);
addEventListener("offline", explain);

/** Takes the owner's choice of light or dark before anything is painted. */
function theme() {
  try {
    const chosen = localStorage.getItem("nexus-theme");
    if (chosen === "light" || chosen === "dark") {
      document.documentElement.dataset["theme"] = chosen;
    }
  } catch {
    // A browser that keeps nothing has nothing to say.
  }
}

/** Something is other than it was: the next try need not wait. */
function hope() {
  explain();
  if (!document.hidden && next !== Infinity) {
    pause = PAUSE_MIN_MS;
    next = 0;
    tick();
  }
}

/** Says what can be known of why. */
function explain() {
  write(
    "why",
    navigator.onLine
      ? "Nexus does not answer. The computer that it runs on may be asleep, switched off, or cut off from the network."
      : "This device has no network.",
  );
}

/** Asks when it is time. A page that nobody sees asks for nothing. */
function tick() {
  if (document.hidden) {
    return;
  }
  const left = Math.ceil((next - Date.now()) / 1_000);
  if (left <= 0) {
    ask();
  } else if (left < Infinity) {
    write("again", `Trying again in ${left} s.`);
  }
}

function ask() {
  next = Infinity;
  write("again", "Trying again now.");
  void isBack().then((back) => {
    if (back) {
      location.reload();
      return;
    }
    pause = Math.min(pause * 2, PAUSE_MAX_MS);
    next = Date.now() + pause;
  });
}

/** Whether Nexus itself answers, rather than something on the way to it. */
async function isBack() {
  try {
    const answer = await fetch(HEALTH, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok && answer.headers.get("content-type") === "application/json";
  } catch {
    return false;
  }
}

/**
 * @param {string} id
 * @param {string} words
 */
function write(id, words) {
  const place = document.getElementById(id);
  if (place) {
    place.hidden = false;
    place.textContent = words;
  }
}
