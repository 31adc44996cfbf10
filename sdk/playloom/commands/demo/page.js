"use strict";
// The walker: follows each map's solution, counts keys, and marks what was taken and opened.
const STEPS_A_SECOND = 9;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

for (const stage of document.querySelectorAll(".stage")) {
  const map = stage.querySelector(".map");
  const { walk, events } = JSON.parse(map.querySelector("script").textContent);
  const last = walk.length - 1;
  const button = stage.querySelector(".walk");
  const state = stage.querySelector(".state");
  const walker = map.querySelector(".walker");
  const walked = map.querySelector(".walked");
  const rings = [...map.querySelectorAll(".event")];
  let at = 0;
  let running = false;
  let before = 0;

  function draw() {
    const step = Math.min(last, Math.floor(at));
    const next = walk[Math.min(last, step + 1)];
    const part = still ? 0 : Math.min(at, last) - step;
    const x = walk[step][0] + (next[0] - walk[step][0]) * part + 0.5;
    const y = walk[step][1] + (next[1] - walk[step][1]) * part + 0.5;
    walker.setAttribute("transform", "translate(" + x + " " + y + ")");
    walked.setAttribute("stroke-dasharray", Math.min(at, last) + " " + (last + 1));
    map.classList.toggle("walking", at > 0);
    let keys = 0;
    events.forEach(([when, kind], i) => {
      const done = when <= step && at > 0;
      rings[i].classList.toggle("done", done);
      if (done) keys += kind === "key" ? 1 : -1;
    });
    const inHand = events.length ? " · keys in hand " + keys : "";
    state.textContent = at > 0 ? "step " + step + " of " + last + inHand : last + " moves";
  }

  function tick(now) {
    if (!running) return;
    at += ((now - before) / 1000) * STEPS_A_SECOND;
    before = now;
    if (at >= last) {
      at = last;
      stop("Walk again");
    }
    draw();
    if (running) requestAnimationFrame(tick);
  }

  function stop(text) {
    running = false;
    button.textContent = text;
  }

  button.addEventListener("click", () => {
    if (running) return stop("Go on");
    if (at >= last) at = 0;
    stage.querySelector(".toggle-solution").checked = true;
    running = true;
    before = performance.now();
    button.textContent = "Pause";
    requestAnimationFrame(tick);
  });
}

// Pointing at a repair in the list lights its cell on the map.
for (const item of document.querySelectorAll(".edit-list li")) {
  const cell = item.closest("article").querySelector('rect[data-edit="' + item.dataset.edit + '"]');
  item.addEventListener("pointerenter", () => cell.classList.add("lit"));
  item.addEventListener("pointerleave", () => cell.classList.remove("lit"));
}
