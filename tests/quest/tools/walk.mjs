// Walks quests with the tools of game writers. Reads {tool, jobs} as JSON from stdin, prints a list of results.
//
// A job is {source, start, prefix, variables, cases}; its result {error} or {nodes, cases}. A node is one stop of
// the story: what was said since the last one, the choices, the variables; `next` holds a node for each choice.
// Two stops that look the same are one node. A case starts the scene `gate` with the variables set to `values`.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { parseTwee } from "extwee";

const require = createRequire(import.meta.url);
const ink = require("inkjs/full");
const bondage = require("@mnbroatch/bondage");
const gettext = await import("gettext-parser");

const NODES_HIGH = 5000; // of one quest: more is a bug of the quest

function walk(begin) {
  const nodes = [];
  const known = new Map();
  function visit(stop) {
    const { said, choices, values } = stop;
    const key = JSON.stringify([said, choices, values]);
    if (known.has(key)) return known.get(key);
    const index = nodes.length;
    if (index >= NODES_HIGH) throw new Error("too many stops");
    known.set(key, index);
    const node = { said, choices, values, next: [] };
    nodes.push(node);
    choices.forEach((_, choice) => node.next.push(visit(stop.choose(choice))));
    return index;
  }
  visit(begin);
  return nodes;
}

// --- Ink --------------------------------------------------------------------------------------------------------

function idOf(tags) {
  return (tags ?? []).map((tag) => tag.match(/^id:(.*)$/)).filter(Boolean)[0]?.[1] ?? null;
}

function inkStop(story, job) {
  const said = [];
  while (story.canContinue) {
    const text = story.Continue().replace(/\n$/, "");
    if (text || story.currentTags.length) said.push([idOf(story.currentTags), text]);
  }
  if (story.currentErrors?.length) throw new Error(story.currentErrors.join("; "));
  const state = story.state.toJson();
  return {
    said,
    choices: story.currentChoices.map((choice) => [idOf(choice.tags), choice.text]),
    values: Object.fromEntries(job.variables.map((name) => [name, story.variablesState.$(job.prefix + name)])),
    choose(index) {
      story.state.LoadJson(state);
      story.ChooseChoiceIndex(index);
      return inkStop(story, job);
    },
  };
}

function runInk(job) {
  const problems = [];
  const compiler = new ink.Compiler(job.source, {
    errorHandler: (message) => problems.push(message),
    countAllVisits: true,
  });
  let story;
  try {
    story = compiler.Compile();
  } catch (error) {
    throw new Error(problems.join("; ") || error.message);
  }
  if (problems.length) throw new Error(problems.join("; ")); // warnings too
  story.onError = (message) => {
    throw new Error(message);
  };
  const fresh = story.state.toJson();
  const nodes = walk(inkStop(story, job));
  const cases = job.cases.map(({ gate, values }) => {
    story.state.LoadJson(fresh);
    for (const [name, value] of Object.entries(values)) story.variablesState.$(job.prefix + name, value);
    story.ChoosePathString(gate);
    return inkStop(story, job).said;
  });
  return { nodes, cases };
}

// --- Yarn -------------------------------------------------------------------------------------------------------

class Storage {
  constructor(values = {}) {
    this.values = { ...values };
  }
  get(name) {
    return this.values[name];
  }
  set(name, value) {
    this.values[name] = value;
  }
}

function lineId(tags) {
  return (tags ?? []).map((tag) => tag.match(/^line:(.*)$/)).filter(Boolean)[0]?.[1] ?? null;
}

function yarnStop(runner, generator, job) {
  const said = [];
  let step = generator.next();
  while (step.value && !(step.value instanceof bondage.OptionsResult)) {
    if (!(step.value instanceof bondage.TextResult)) throw new Error(`a command: ${step.value.command}`);
    said.push([lineId(step.value.hashtags), step.value.text.trim()]);
    step = step.done ? {} : generator.next();
  }
  const options = step.value;
  const open = (options?.options ?? []).map((option, place) => ({ option, place })).filter((one) => one.option.isAvailable);
  const kept = { ...runner.variables.values };
  return {
    said,
    choices: open.map(({ option }) => [lineId(option.hashtags), option.text.trim()]),
    values: Object.fromEntries(job.variables.map((name) => [name, kept[job.prefix + name]])),
    choose(index) {
      runner.setVariableStorage(new Storage(kept));
      const again = options.getGeneratorHere();
      again.next().value.select(open[index].place);
      return yarnStop(runner, again, job);
    },
  };
}

function runYarn(job) {
  const runner = new bondage.Runner();
  runner.setVariableStorage(new Storage());
  runner.load(job.source);
  const fresh = { ...runner.variables.values };
  Object.keys(runner.yarnNodes).forEach((name) => runner.getParserNodes(name)); // every node parses
  const nodes = walk(yarnStop(runner, runner.run(job.start), job));
  const cases = job.cases.map(({ gate, values }) => {
    const set = Object.fromEntries(Object.entries(values).map(([name, value]) => [job.prefix + name, value]));
    runner.setVariableStorage(new Storage({ ...fresh, ...set }));
    return yarnStop(runner, runner.run(gate), job).said;
  });
  return { nodes, cases };
}

// --- Twee, gettext ----------------------------------------------------------------------------------------------

function runTwee(job) {
  const story = parseTwee(job.source);
  const passages = story.passages.map(({ name, text }) => [name, text]);
  return { name: story.name, start: story.start, ifid: story.IFID, format: story.format, passages };
}

function runGettext(job) {
  const { translations } = gettext.po.parse(job.source);
  return Object.entries(translations).flatMap(([context, messages]) => Object.keys(messages).map((text) => [context, text]));
}

const { tool, jobs } = JSON.parse(readFileSync(0, "utf8"));
const run = { ink: runInk, yarn: runYarn, twee: runTwee, gettext: runGettext }[tool];
const results = jobs.map((job) => {
  try {
    return run(job);
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
});
process.stdout.write(JSON.stringify(results));
