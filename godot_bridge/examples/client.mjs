// A whole client of the bridge for Node 20 or newer and for browsers: connect, ask, follow, cancel.
//   echo TOKEN | node --experimental-websocket client.mjs PORT level '{"theme": "dungeon", "seed": 7}'

const text = new TextEncoder();
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const random = () => hex(crypto.getRandomValues(new Uint8Array(16)));

async function proof(token, side, ours, theirs) {
  const key = await crypto.subtle.importKey("raw", text.encode(token), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, text.encode(`playloom ${side} v1\n${ours}\n${theirs}`)));
}

export async function connect(port, token, session = random()) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  socket.binaryType = "arraybuffer";
  const open = new Map(); // id -> what waits for its answer
  let count = 0;

  socket.onmessage = ({ data }) => {
    let [document, payload] = [data, new Uint8Array()];
    if (typeof data !== "string") {
      const size = new DataView(data).getUint32(0, true);
      document = new TextDecoder().decode(new Uint8Array(data, 4, size));
      payload = new Uint8Array(data, 4 + size);
    }
    const message = JSON.parse(document);
    const waiting = open.get(message.id ?? message.params?.id);
    if (!waiting) return;
    if (message.method === "part") return void waiting.parts.push(payload);
    if (message.method) return void waiting.progress(message.params);
    open.delete(message.id);
    if (message.error) return waiting.fail(Object.assign(new Error(message.error.message), message.error.data));
    const whole = new Uint8Array([...waiting.parts, payload].flatMap((part) => Array.from(part)));
    let from = 0; // of the next blob
    const blobs = (message.result.blobs ?? []).map(({ name, size }) => [name, whole.slice(from, (from += size))]);
    waiting.done({ ...message.result, data: Object.fromEntries(blobs) });
  };
  socket.onclose = ({ code, reason }) => open.forEach(({ fail }) => fail(new Error(`closed: ${code} ${reason}`)));

  const ask = (method, params = {}, progress = () => {}, id = `r${++count}`) =>
    new Promise((done, fail) => {
      open.set(id, { done, fail, progress, parts: [] });
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });

  await new Promise((done, fail) => Object.assign(socket, { onopen: done, onerror: () => fail(new Error("no server")) }));
  const nonce = random();
  const welcome = await ask("hello", { protocol: 1, client: "client.mjs", session, nonce });
  if (welcome.proof !== (await proof(token, "server", nonce, welcome.nonce))) throw new Error("not our server");
  await ask("login", { proof: await proof(token, "client", nonce, welcome.nonce) });
  return { ask, cancel: (target) => ask("cancel", { target }), close: () => socket.close() };
}

if (globalThis.process?.argv[1]?.endsWith("client.mjs")) {
  const [port, method, params] = process.argv.slice(2);
  const token = (await new Response(process.stdin).text()).trim();
  const bridge = await connect(port, token);
  const { data, ...result } = await bridge.ask(method, JSON.parse(params ?? "{}"), (news) => console.error(news));
  console.log(JSON.stringify({ ...result, bytes: Object.fromEntries(Object.entries(data).map(([k, v]) => [k, v.length])) }));
  bridge.close();
}
