// Starts the program: it takes over a page that carries a snapshot, and draws
// the whole page where there is none (the offline shell).
import start, * as program from "./PROGRAM_JS";

await start({ module_or_path: new URL("./PROGRAM_WASM", import.meta.url) });
if (document.getElementById("nexus-snapshot")) {
  program.hydrate();
} else if ("mount" in program) {
  document.getElementById("offline")?.remove();
  program.mount();
}
