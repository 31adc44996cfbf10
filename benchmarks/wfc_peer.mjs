// The peer of speed.py: npm wavefunctioncollapse, overlapping model, N = 3, 8 symmetries.
//
// Standard input: {"width", "height", "pixels": [r, g, b, a, ...], "count", "seconds", "attempts", "seed"}, one
// pixel a cell. Standard output: one JSON object; the time of an output includes all of its restarts.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "package.json"));
const { OverlappingModel } = require("wavefunctioncollapse");

// mulberry32, so that a run can be repeated
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const { width, height, pixels, count, seconds, attempts, seed } = JSON.parse(readFileSync(0, "utf8"));
const rng = random(seed);
const opened = performance.now();
const model = new OverlappingModel(Uint8Array.from(pixels), width, height, 3, width, height, false, false, 8);
model.initialize(); // the tables: as our network is loaded, so is the peer
const load = performance.now() - opened;

// One try: true, false after a contradiction, null when time is up. In slices, as a try can take minutes.
function attempt(until) {
  model.clear();
  while (performance.now() < until) {
    if (!model.iterate(20, rng)) return false;
    if (model.isGenerationComplete()) return true;
  }
  return null;
}

attempt(performance.now() + 250 * seconds); // warm-up, at most a quarter of the time
const outputs = [];
const began = performance.now();
const until = began + 1000 * seconds;
let unfinished = 0;
while (outputs.length < count && performance.now() < until) {
  const start = performance.now();
  let tries = 0;
  let made = false;
  while (made === false && tries < attempts) {
    tries += 1;
    made = attempt(until);
  }
  const milliseconds = performance.now() - start;
  if (made) outputs.push({ milliseconds, tries, pixels: Array.from(model.graphics()) });
  else unfinished += 1;
}
const spent = performance.now() - began;
console.log(JSON.stringify({ patterns: model.T, load, spent, unfinished, outputs }));
