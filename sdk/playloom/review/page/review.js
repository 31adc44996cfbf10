"use strict";
// The review page: a sheet of everything, one item at a time, two side by side. What is said goes to the server,
// and stands here once the server has it on its disk.

const $ = (id) => document.getElementById(id);
const main = $("main");
const KINDS = { level: "Levels", sprite: "Sprites", quest: "Quests" };
const STEPS_A_SECOND = 9;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let items = new Map(); // id -> what the server tells of it
let view = "sheet"; // sheet, one, pair, draft
let at = null; // id of the chosen item
let pair = null; // ids of the two that are compared
let passed = 0; // pairs of which neither was better
let player = null; // of the level's solution or the quest on show
let wake = 0; // counts views, so that a late answer does not draw over a newer one

// --- Elements and requests -------------------------------------------------------------------------------------

function make(tag, fields = {}, ...inside) {
  const svg = ["svg", "polyline", "circle", "rect", "image", "g"].includes(tag);
  const one = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(fields)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) one.addEventListener(event, act);
    else if (name === "text") one.textContent = value;
    else if (value === true) one.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) one.setAttribute(name, value);
  }
  one.append(...inside.filter((part) => part !== null));
  return one;
}

const button = (text, act, fields = {}, key = "") =>
  make("button", { type: "button", on: { click: act }, ...fields }, text, key ? " " : null, key ? make("kbd", { text: key }) : null);

async function ask(place, body) {
  const how = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer, found;
  try {
    answer = await fetch(place, how);
    found = await answer.json();
  } catch {
    throw new Error("The review has ended: start `playloom review` again.");
  }
  if (!answer.ok) throw new Error(found.message);
  return found;
}

function tell(text, wrong = false) {
  $("said").textContent = text;
  $("said").classList.toggle("wrong", wrong);
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => ($("said").textContent = ""), wrong ? 9000 : 2200);
}

const trying = (act) => async (...given) => {
  try {
    return await act(...given);
  } catch (error) {
    tell(error.message, true);
  }
};

const newToken = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

// --- What is shown ---------------------------------------------------------------------------------------------

function shown() {
  const kind = $("kind").value, state = $("state").value, find = $("find").value.trim().toLowerCase();
  return [...items.values()].filter(
    (one) =>
      (!kind || one.kind === kind) &&
      (!state || (state === "todo" ? !one.verdict : state === "rated" ? one.rating : one.verdict === state)) &&
      (!find || `${one.name} ${one.title} ${one.about} ${one.note}`.toLowerCase().includes(find)),
  );
}

/** The largest whole number of device pixels a pixel in `room` CSS pixels, as CSS pixels. */
function zoom(room, pixels) {
  const dots = window.devicePixelRatio || 1;
  return Math.max(1, Math.floor((room * dots) / pixels)) / dots;
}

function tileSide(one, room) {
  const dots = window.devicePixelRatio || 1;
  return [16, 8, 4, 2].find((side) => one.width * side <= room * dots) || 1;
}

function picture(one, room, tall = room) {
  const fit = { ...one, width: Math.max(one.width, (one.height * room) / tall) };
  if (one.kind === "sprite") {
    const times = zoom(room, fit.width);
    return make("img", { class: "sprite", src: `picture/${one.id}/1`, width: one.width * times, height: one.height * times, alt: one.title, loading: "lazy" });
  }
  const side = tileSide(fit, room), times = zoom(room, fit.width * side);
  return make("img", { class: "level", src: `picture/${one.id}/${side}`, width: one.width * side * times, height: one.height * side * times, alt: one.title, loading: "lazy" });
}

function count() {
  const every = [...items.values()], done = every.filter((one) => one.verdict).length;
  $("count").textContent = `${done} of ${every.length} judged`;
  $("bar").style.width = `${(100 * done) / Math.max(1, every.length)}%`;
}

function marks(one) {
  const found = [];
  if (one.rating) found.push(make("span", { class: "rating", text: `★${one.rating}` }));
  if (one.verdict) found.push(make("span", { class: one.verdict, text: one.verdict === "accept" ? "✓" : "✗" }));
  return make("span", { class: "marks" }, ...found);
}

const words = (one) =>
  `${one.title}, ${one.about}${one.verdict ? `, ${one.verdict}ed` : ""}${one.rating ? `, rated ${one.rating} of 5` : ""}`;

function card(one) {
  const body = [marks(one)];
  if (one.kind !== "quest") body.push(make("span", { class: "ground" }, picture(one, one.kind === "sprite" ? 128 : 256)));
  body.push(make("span", { class: "name", text: one.title }), make("span", { class: "about", text: one.about }));
  const chosen = one.id === at;
  return make("button", {
    type: "button", class: `card ${one.kind} ${one.verdict} ${chosen ? "chosen" : ""}`, "data-id": one.id, "aria-label": words(one),
    tabindex: chosen ? 0 : -1, on: { click: () => open(one.id), focus: () => choose(one.id) },
  }, ...body);
}

function showSheet(focus = false) {
  view = "sheet";
  player = null;
  wake += 1;
  const every = shown();
  if (!every.some((one) => one.id === at)) at = every.length ? every[0].id : null;
  const parts = Object.entries(KINDS).map(([kind, title]) => {
    const own = every.filter((one) => one.kind === kind);
    if (!own.length) return null;
    const list = make("ul", { class: "sheet" }, ...own.map((one) => make("li", {}, card(one))));
    list.style.setProperty("--cell", { level: "280px", sprite: "152px", quest: "240px" }[kind]);
    return make("section", {}, make("h2", {}, title + " ", make("small", { text: `${own.length}` })), list);
  });
  main.replaceChildren(...parts.filter(Boolean), ...(every.length ? [] : [make("p", { class: "empty", text: "Nothing here: change what is shown above." })]));
  $("to-sheet").setAttribute("aria-pressed", "true");
  $("to-pair").setAttribute("aria-pressed", "false");
  count();
  if (focus) cardOf(at)?.focus();
}

const cardOf = (id) => main.querySelector(`.card[data-id="${id}"]`);

function choose(id) {
  const before = cardOf(at);
  before?.classList.remove("chosen");
  before?.setAttribute("tabindex", "-1");
  at = id;
  cardOf(id)?.classList.add("chosen");
  cardOf(id)?.setAttribute("tabindex", "0");
}

function refresh(one) {
  items.set(one.id, one);
  count();
  if (view === "sheet") {
    const old = cardOf(one.id), focused = document.activeElement === old;
    const fresh = card(one);
    old?.replaceWith(fresh);
    if (focused) fresh.focus();
  } else if (view === "one" && one.id === at) judgeButtons(one);
}

// --- Saying something ------------------------------------------------------------------------------------------

const say = trying(async (what, value = "", id = at) => {
  if (id === null || view === "pair" || view === "draft") return;
  const found = await ask("say", { token: newToken(), item: id, what, value });
  refresh(found.item);
  tell({ accept: "Accepted ", reject: "Rejected ", rate: `Rated ${value}: `, note: "Noted: " }[what] + found.item.title);
  if (what === "accept" || what === "reject") move(1);
});

const undo = trying(async () => {
  const found = await ask("undo", {});
  if (!found.undone) return tell("There is nothing to undo");
  items = new Map(found.items.map((one) => [one.id, one]));
  tell(`Undone: ${found.undone.what} ${found.undone.value}`);
  if (found.undone.item !== null && view !== "pair") at = found.undone.item;
  if (view === "one") open(at);
  else if (view === "pair") nextPair();
  else showSheet(true);
});

/** Go to an item that many places on, as the sheet is ordered. */
function move(by) {
  const every = Object.keys(KINDS).flatMap((kind) => shown().filter((one) => one.kind === kind));
  const place = every.findIndex((one) => one.id === at);
  const next = every[Math.min(every.length - 1, Math.max(0, place + by))];
  if (!next) return showSheet();
  if (view === "one") return next.id === at ? null : open(next.id);
  choose(next.id);
  cardOf(next.id)?.focus();
}

// --- One item --------------------------------------------------------------------------------------------------

const open = trying(async (id) => {
  const mine = ++wake, one = items.get(id);
  const details = await ask(`item/${id}`);
  if (mine !== wake) return;
  view = "one";
  at = id;
  player = null;
  const stage = make("div", { class: "stage" });
  const panel = make("aside", { class: "panel", "aria-label": "What you think of it" },
    make("h2", {}, one.title), make("p", { class: "about", text: one.about + (one.seed === null ? "" : ` · seed ${one.seed}`) }),
    make("div", { class: "row verdicts", id: "verdicts" }), make("div", { class: "row stars", id: "stars", role: "group", "aria-label": "Rating" }),
    make("label", {}, "Note ", make("kbd", { text: "n" }), noteField(one)), ...facts(one, details));
  main.replaceChildren(make("div", { class: "one" }, stage, panel));
  judgeButtons(one);
  if (one.kind === "level") showLevel(stage, one, details);
  else if (one.kind === "sprite") showSprite(stage, one);
  else showQuest(stage, one.id);
  $("to-sheet").setAttribute("aria-pressed", "false");
  $("to-pair").setAttribute("aria-pressed", "false");
  if (!main.contains(document.activeElement)) main.focus({ preventScroll: true });
  scrollTo(0, 0);
});

function judgeButtons(one) {
  const on = (is) => ({ "aria-pressed": String(is) });
  $("verdicts").replaceChildren(
    button("✓ Accept", () => say("accept"), { class: "accept", ...on(one.verdict === "accept") }, "a"),
    button("✗ Reject", () => say("reject"), { class: "reject", ...on(one.verdict === "reject") }, "r"));
  $("stars").replaceChildren(...[1, 2, 3, 4, 5].map((n) =>
    button(n <= Number(one.rating) ? "★" : "☆", () => say("rate", String(n)), { ...on(n <= Number(one.rating)), "aria-label": `rate ${n} of 5` }, String(n))));
}

function noteField(one) {
  const field = make("textarea", { id: "note", rows: 1, maxlength: 500, placeholder: "What should be different?" });
  field.value = one.note;
  const save = () => field.value.trim() !== (items.get(one.id)?.note ?? "") && say("note", field.value.replace(/\s+/g, " ").trim(), one.id);
  field.addEventListener("blur", save);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); field.blur(); }
    if (event.key === "Escape") { field.value = items.get(one.id).note; field.blur(); }
  });
  return field;
}

function facts(one, details) {
  const found = [];
  const list = (rows) => make("ul", { class: "facts" }, ...rows);
  if (details.facts) found.push(make("h3", { text: "About" }), list([`from ${details.giver}`, details.facts.join(" · "), `endings: ${details.endings.join(", ")}`].map((text) => make("li", { text }))));
  if (details.palette) {
    found.push(make("h3", { text: "Palette" }), make("div", { class: "swatches" }, ...details.palette.slice(0, 64).map((colour) =>
      make("svg", { viewBox: "0 0 1 1", role: "img", "aria-label": colour }, make("rect", { width: 1, height: 1, fill: colour })))));
  }
  if (details.measures) {
    const told = Object.entries(details.measures).filter(([, value]) => value).map(([name, value]) => `${name.replaceAll("_", " ")} ${Math.round(value * 100) / 100}`);
    found.push(make("h3", { text: "Counted" }), make("p", { class: "about", text: told.join(" · ") + (details.repaired ? ` · ${details.repaired} cells repaired` : "") }));
  }
  if (details.checks.length) {
    found.push(make("h3", { text: "Checked" }), list(details.checks.map(([name, passed, detail]) =>
      make("li", {}, make("span", { class: passed ? "yes" : "no", text: passed ? "✓" : "✗" }), make("b", { text: name.replaceAll("_", " ") + " " }), detail))));
  }
  for (const note of details.notes ?? []) found.push(make("p", { class: "about", text: note }));
  return found;
}

function showSprite(stage, one) {
  const figure = (times, text) => {
    const image = picture(one, one.width * times);
    return make("figure", {}, image, make("figcaption", { text }));
  };
  const room = Math.max(96, Math.min(stage.clientWidth || 640, 640, innerHeight - 150)), times = Math.max(1, Math.floor(room / Math.max(one.width, one.height)));
  stage.append(make("div", { class: "sprites" }, figure(times, `${times} times`), figure(Math.max(1, times >> 2), `${Math.max(1, times >> 2)} times`), figure(1, "as it is")));
}

// --- A quest ---------------------------------------------------------------------------------------------------

function showQuest(stage, id) {
  const talk = make("ol", { class: "talk" }), choices = make("div", { class: "choices", role: "group", "aria-label": "What to say" });
  let taken = [];
  const go = trying(async (focus) => {
    const found = await ask(`play/${id}/${taken.join(".")}`);
    talk.replaceChildren(...found.said.map(([who, text, chosen]) =>
      make("li", { class: chosen || (who ? "" : "narrator") }, who ? make("b", { text: who }) : null, text)),
      ...(found.over ? [make("li", { class: "ending", text: `The end: ${(found.ending ?? "it is over").replaceAll("_", " ")}` })] : []));
    const back = taken.length ? [button("Begin anew", () => { taken = []; go(true); }, {}, "z")] : [];
    choices.replaceChildren(...found.choices.map((text, n) => button(text, () => { taken.push(n); go(true); })), ...back);
    if (focus) { choices.firstChild?.focus({ preventScroll: true }); choices.scrollIntoView({ block: "nearest" }); }
  });
  player = { again: () => { taken = []; go(true); } };
  stage.append(talk, choices);
  go(false);
}

// --- A level and its solution ----------------------------------------------------------------------------------

function levelMap(one, details, room, tall) {
  const { width, height, walk, events, crates, pushes } = details;
  const size = { ...one, width, height };
  const back = picture(size, room, tall), bare = crates.length ? "/bare" : "";
  const map = make("div", { class: "map" });
  map.style.width = `${back.width}px`;
  map.style.height = `${back.height}px`;
  const line = { points: walk.map(([x, y]) => `${x + 0.5},${y + 0.5}`).join(" "), pathLength: Math.max(1, walk.length - 1) };
  const walked = make("polyline", { class: "walked", ...line });
  const rings = events.map(([, kind, x, y]) => make("circle", { class: `event ${kind}`, cx: x + 0.5, cy: y + 0.5, r: 0.62 }));
  const boxes = crates.map(([x, y]) => {
    const crop = make("svg", { width: 1, height: 1, viewBox: `${x} ${y} 1 1`, x, y });
    crop.append(make("image", { href: back.getAttribute("src"), width, height, preserveAspectRatio: "none" }));
    return crop;
  });
  const walker = make("circle", { class: "walker", r: 0.38 });
  const way = make("g", { class: "solution" }, make("polyline", { class: "casing", ...line }), make("polyline", { class: "way", ...line }), walked, ...rings);
  const over = make("svg", { class: "over", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...boxes, ...(walk.length ? [way, walker] : []));
  if (bare) back.setAttribute("src", back.getAttribute("src") + bare);
  map.append(back, over);
  const show = (step) => {
    const [x, y] = walk[step];
    walker.setAttribute("cx", x + 0.5);
    walker.setAttribute("cy", y + 0.5);
    walked.setAttribute("stroke-dasharray", `${step} ${walk.length}`);
    let keys = 0;
    events.forEach(([when, kind], n) => {
      rings[n].classList.toggle("done", when <= step && step > 0);
      if (when <= step) keys += kind === "key" ? 1 : -1;
    });
    const places = crates.map((place) => [...place]);
    for (const [when, crate, cx, cy] of pushes) if (when <= step) places[crate] = [cx, cy];
    places.forEach(([cx, cy], n) => { boxes[n].setAttribute("x", cx); boxes[n].setAttribute("y", cy); });
    return keys;
  };
  if (walk.length) show(0);
  return { map, over, show, way, walker };
}

function showLevel(stage, one, details) {
  const drawn = levelMap(one, details, Math.max(240, stage.clientWidth || 900), Math.max(320, innerHeight - 150));
  const last = details.walk.length - 1, told = make("output", { text: last < 0 ? "no solution is known" : `${details.moves} moves` });
  let step = 0, running = 0;
  const go = (to) => {
    step = Math.max(0, Math.min(last, to));
    const keys = drawn.show(step);
    told.textContent = `step ${step} of ${last}` + (details.events.length ? ` · keys in hand ${keys}` : "");
    if (step === last) pause();
  };
  const pause = () => { clearInterval(running); running = 0; walk.firstChild.textContent = step >= last && last > 0 ? "Walk again" : "Walk"; };
  const play = () => {
    if (last < 0) return;
    if (running) return pause();
    if (step >= last) go(0);
    reveal(true);
    walk.firstChild.textContent = "Pause";
    running = setInterval(() => (main.contains(stage) ? go(step + 1) : clearInterval(running)), 1000 / (still ? 3 : STEPS_A_SECOND));
  };
  const reveal = (on) => { for (const part of [drawn.way, drawn.walker]) part.classList.toggle("hidden", !on); toggle.setAttribute("aria-pressed", String(on)); };
  const walk = button("Walk", play, {}, "Space");
  const toggle = button("Solution", () => reveal(toggle.getAttribute("aria-pressed") !== "true"), { "aria-pressed": "true" }, "s");
  const stepping = [button("‹", () => go(step - 1), { "aria-label": "one step back" }, ","), button("›", () => go(step + 1), { "aria-label": "one step on" }, ".")];
  for (const one of [walk, toggle, ...stepping]) one.disabled = last < 0;
  const redo = redoForm(one, details, drawn);
  stage.append(make("div", { class: "scroller" }, drawn.map), make("div", { class: "steps" }, walk, ...stepping, toggle, told), redo.form);
  player = { play, back: () => go(step - 1), on: () => go(step + 1), reveal: () => toggle.click(), redo: redo.redo };
}

function redoForm(one, details, drawn) {
  const part = { x: 0, y: 0, width: 0, height: 0 };
  const mark = make("rect", { class: "mark" });
  drawn.over.append(mark);
  const fields = {};
  const draw = () => { for (const [name, value] of Object.entries(part)) { mark.setAttribute(name, value); fields[name].value = value; } };
  const between = (low, high, value) => Math.max(low, Math.min(high, Number.isFinite(value) ? Math.floor(value) : low));
  for (const name of Object.keys(part)) {
    const high = name === "x" || name === "width" ? details.width : details.height;
    fields[name] = make("input", { type: "number", min: 0, max: high, value: 0, "aria-label": name, on: { input: () => { part[name] = between(0, high, fields[name].valueAsNumber); draw(); } } });
  }
  let from = null;
  const cell = (event) => {
    const box = drawn.map.getBoundingClientRect();
    return [between(0, details.width - 1, ((event.clientX - box.left) / box.width) * details.width), between(0, details.height - 1, ((event.clientY - box.top) / box.height) * details.height)];
  };
  const form = make("details", { class: "redo" });
  form.addEventListener("toggle", () => drawn.map.classList.toggle("marking", form.open)); // else a finger scrolls
  drawn.map.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" && !form.open) return;
    form.open = true;
    from = cell(event);
    drawn.map.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  drawn.map.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = cell(event);
    Object.assign(part, { x: Math.min(from[0], to[0]), y: Math.min(from[1], to[1]), width: Math.abs(from[0] - to[0]) + 1, height: Math.abs(from[1] - to[1]) + 1 });
    draw();
  });
  drawn.map.addEventListener("pointerup", () => (from = null));
  const redo = trying(async (keep = false) => {
    if (!part.width || !part.height) return tell("Mark a part first: drag over the map, or give its place in cells", true);
    tell("Making it anew…");
    const body = { item: one.id, part: [part.x, part.y, part.width, part.height], keep };
    showDraft(body, await ask("redo", body));
  });
  form.append(make("summary", { text: "Make a part anew" }), make("p", { text: "Drag a rectangle over the map. The rest stays as it is, and the whole is checked again." }),
    make("div", { class: "row" }, ...Object.entries(fields).map(([name, field]) => make("label", {}, `${name} `, field))),
    make("div", { class: "row" }, button("Make the part anew", () => redo(false), {}, "d"), button("Keep the part, make the rest anew", () => redo(true))));
  return { form, redo: () => redo(false) };
}

// --- Two side by side ------------------------------------------------------------------------------------------

async function halves(ids, pick, labels) {
  const wide = Math.max(140, Math.floor(main.clientWidth / 2) - 60), tall = Math.max(200, innerHeight - 330);
  const parts = await Promise.all(ids.map(async (id, n) => {
    const one = items.get(id) ?? { id, kind: "level", title: "made anew", about: "" };
    const details = await ask(`item/${id}`), ground = make("div", { class: "ground" });
    if (one.kind === "level") ground.append(levelMap(one, details, wide, tall).map);
    else if (one.kind === "sprite") ground.append(picture(one, Math.min(wide, 384), Math.min(tall, 384)));
    else showQuest(ground, id);
    return make("article", { "data-id": id }, make("h2", {}, one.title + " ", make("small", { text: one.about })), ground,
      button(labels[n], () => pick(n), { class: "pick" }, n ? "→" : "←"));
  }));
  return make("div", { class: "pair" }, ...parts);
}

const nextPair = trying(async () => {
  const mine = ++wake, kind = $("kind").value || items.get(at)?.kind || "level";
  const found = await ask(`pair/${kind}/${passed}`);
  if (mine !== wake) return;
  if (!found.pair) { showSheet(); return tell("All pairs of these are compared, or there is only one"); }
  pair = found.pair;
  const both = await halves(pair, better, ["This one is better", "This one is better"]);
  if (mine !== wake) return;
  view = "pair";
  player = null;
  main.replaceChildren(both, make("div", { class: "between" }, button("Neither: another two", skip, {}, "↓"), make("span", { class: "about", text: `${found.compared} compared so far` })));
  $("to-sheet").setAttribute("aria-pressed", "false");
  $("to-pair").setAttribute("aria-pressed", "true");
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
});

const better = trying(async (n) => {
  const [item, other] = n ? [pair[1], pair[0]] : pair;
  await ask("say", { token: newToken(), item, what: "prefer", other });
  tell(`Better: ${items.get(item).title}`);
  await nextPair();
});

function skip() {
  passed += 1;
  nextPair();
}

let draft = null; // what was asked for, the new map's id, and its parent

const showDraft = trying(async (body, found) => {
  const mine = ++wake;
  const both = await halves([found.parent, found.item], (n) => (n ? keep() : leave()), ["Keep the old one", "Keep the new one"]);
  if (mine !== wake) return;
  [view, draft, player] = ["draft", { body, ...found }, { redo: again }];
  main.replaceChildren(both, make("div", { class: "between" }, button("Make another", again, {}, "d"), make("span", { class: "about", text: "The new one becomes a file of its own beside the old one." })));
  main.focus({ preventScroll: true });
});

const again = trying(async () => {
  const { body, item } = draft;
  showDraft(body, await ask("redo", { ...body, item }));
});

const keep = trying(async () => {
  const found = await ask("keep", { token: newToken(), item: draft.item });
  items.set(found.item.id, found.item);
  tell(`Written: ${found.item.name}`);
  open(found.item.id);
});

const leave = () => open(draft.parent);

// --- Keys and buttons ------------------------------------------------------------------------------------------

const KEYS = {
  a: () => say("accept"), r: () => say("reject"), u: undo, c: () => nextPair(), "?": () => $("help").showModal(),
  f: () => $("find").focus(), j: () => move(1), k: () => move(-1), n: () => (view === "one" ? $("note").focus() : null),
  s: () => player?.reveal?.(), d: () => player?.redo?.(), z: () => player?.again?.(), ",": () => player?.back?.(), ".": () => player?.on?.(),
  Escape: () => (view === "draft" ? leave() : showSheet(true)),
};
for (const n of "12345") KEYS[n] = () => say("rate", n);

/** Cards in the row of the sheet above or below. */
function across(by) {
  const cards = [...main.querySelectorAll(".card")], here = cardOf(at)?.getBoundingClientRect();
  if (!here) return;
  const away = (one) => { const box = one.getBoundingClientRect(); return [(box.top - here.top) * by, Math.abs(box.left - here.left)]; };
  const next = cards.map((one) => [one, ...away(one)]).filter(([, down]) => down > 4).sort((a, b) => a[1] - b[1] || a[2] - b[2]);
  next[0]?.[0].focus();
}

const ARROWS = {
  sheet: { ArrowLeft: () => move(-1), ArrowRight: () => move(1), ArrowUp: () => across(-1), ArrowDown: () => across(1) },
  one: { ArrowLeft: () => move(-1), ArrowRight: () => move(1), " ": () => player?.play?.() },
  pair: { ArrowLeft: () => better(0), ArrowRight: () => better(1), ArrowDown: skip },
  draft: { ArrowLeft: leave, ArrowRight: keep },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  const target = event.target;
  if (target.matches("input, textarea, select")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (event.key === " " && target.matches("button")) return; // presses it, as everywhere
  const act = ARROWS[view][event.key] ?? KEYS[event.key];
  if (!act || (event.repeat && !event.key.startsWith("Arrow") && !",.".includes(event.key))) return;
  event.preventDefault();
  act();
});

const starting = trying(async () => {
  const found = await ask("items");
  items = new Map(found.items.map((one) => [one.id, one]));
  $("profile").textContent = `as ${found.profile}`;
  for (const [kind, title] of Object.entries(KINDS)) {
    const number = found.items.filter((one) => one.kind === kind).length;
    if (number) $("kind").append(make("option", { value: kind, text: `${title.toLowerCase()} (${number})` }));
  }
  showSheet(true);
  if (found.left_out.length) tell(`Left out, for they cannot be read: ${found.left_out.length}`, true);
});

$("to-sheet").addEventListener("click", () => showSheet(true));
$("to-pair").addEventListener("click", () => nextPair());
$("to-undo").addEventListener("click", undo);
$("to-help").addEventListener("click", () => $("help").showModal());
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("input", () => showSheet());
starting();
