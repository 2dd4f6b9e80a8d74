// The chat bubble of a site: <script src="https://host/channels/webchat/widget.js" data-account="site" async></script>
// What is received is only ever set as text; the token stays in this browser's localStorage. See docs/webchat.md.
(() => {
  "use strict";
  const script = document.currentScript;
  const account = script?.dataset.account;
  if (!account) return console.error("webchat: the script needs a data-account");
  const api = new URL(encodeURIComponent(account), script.src).href;
  const label = {
    title: "Chat", open: "Open chat", close: "Close chat", write: "Write a message", send: "Send",
    you: "You", them: "Reply", typing: "A reply is being written", earlier: "Earlier messages",
    offline: "You are offline. What you write is sent when you are back.", failed: "Not sent",
  };
  try { Object.assign(label, JSON.parse(script.dataset.labels || "{}")); } catch { console.error("webchat: data-labels is no JSON"); }

  // --- what is kept: the token, and what could not be sent yet

  const store = "webchat:" + api;
  let kept = { token: null, unsent: [] };
  try { Object.assign(kept, JSON.parse(localStorage.getItem(store))); } catch { /* blocked: kept in memory only */ }
  const keep = () => { try { localStorage.setItem(store, JSON.stringify(kept)); } catch { /* the same */ } };
  const opened = (is) => { try { return is === undefined ? sessionStorage[store] : (sessionStorage[store] = is); } catch { return ""; } };

  // --- what is seen

  const css = `
    :host { all: initial; --c: #1a56db; font: 16px/1.4 system-ui, sans-serif; color: #1f2937; }
    * { box-sizing: border-box; font: inherit; color: inherit; }
    [hidden] { display: none !important; }
    :focus-visible { outline: 3px solid #0b3aa0; outline-offset: 2px; }
    .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .bubble, .panel { position: fixed; right: 20px; z-index: 2147483647; box-shadow: 0 2px 16px #0006; }
    .bubble { bottom: 20px; min-width: 52px; height: 52px; padding: 0 20px; border-radius: 26px; }
    .bubble, form button { border: 0; background: var(--c); color: #fff; cursor: pointer; }
    .panel { bottom: 84px; width: min(360px, 100vw - 40px); height: min(540px, 100vh - 104px);
      display: flex; flex-direction: column; background: #fff; border-radius: 12px; overflow: hidden; }
    h2 { margin: 0; padding: 12px 16px; background: var(--c); color: #fff; font-weight: 600; }
    .log { flex: 1; overflow-y: auto; padding: 12px; display: flex; flex-direction: column; gap: 8px; }
    .m { max-width: 85%; padding: 8px 12px; border-radius: 12px; background: #f1f3f7; align-self: flex-start; overflow-wrap: anywhere; }
    .m.in { background: var(--c); color: #fff; align-self: flex-end; }
    .m.wait { background: #4b5563; } .m.bad { background: #b42318; }
    .m p { margin: 0; white-space: pre-wrap; } .m .h { font-weight: 600; } .m .f { font-size: 14px; color: #4b5563; }
    .m img, .m video, .m audio { display: block; max-width: 100%; }
    .choices { display: flex; flex-direction: column; gap: 6px; margin-top: 8px; }
    .choices button, .earlier { padding: 8px 12px; border: 1px solid var(--c); border-radius: 8px; background: #fff; color: #173f9e;
      cursor: pointer; text-align: left; }
    .choices button:disabled { color: #5b6470; border-color: #9ca3af; cursor: default; }
    .choices small { display: block; font-size: 14px; color: #4b5563; }
    .section { font-weight: 600; margin-top: 4px; }
    summary { cursor: pointer; margin-top: 8px; text-decoration: underline; color: #173f9e; }
    .earlier { align-self: center; }
    .state { margin: 0; padding: 0 16px; font-size: 14px; color: #4b5563; }
    .state:not(:empty) { padding-block: 4px; }
    .dots::after { content: "\\2026"; animation: blink 1.2s infinite; } @keyframes blink { 50% { opacity: .2; } }
    @media (prefers-reduced-motion: reduce) { .dots::after { animation: none; } }
    form { display: flex; gap: 8px; padding: 12px; border-top: 1px solid #d1d5db; }
    textarea { flex: 1; resize: none; padding: 8px; border: 1px solid #6b7280; border-radius: 8px; background: #fff; }
    form button { padding: 8px 14px; border-radius: 8px; }`;

  const el = (name, props = {}, ...children) => {
    const { aria = {}, ...rest } = props;
    const made = Object.assign(document.createElement(name), rest);
    for (const key in aria) made.setAttribute("aria-" + key, aria[key]);
    made.append(...children);
    return made;
  };
  const host = el("div");
  const root = host.attachShadow({ mode: "open" });
  const bubble = el("button", { className: "bubble", type: "button", textContent: label.title, aria: { label: label.open, expanded: false, controls: "panel" } });
  const log = el("div", { className: "log", role: "log", tabIndex: 0, aria: { label: label.title, live: "polite" } });
  const earlier = el("button", { className: "earlier", type: "button", textContent: label.earlier, hidden: true });
  const state = el("p", { className: "state", role: "status" });
  const field = el("textarea", { rows: 1, maxLength: 4096, placeholder: label.write, aria: { label: label.write } });
  const form = el("form", {}, field, el("button", { type: "submit", textContent: label.send }));
  const panel = el("section", { className: "panel", id: "panel", hidden: true, role: "dialog", aria: { label: label.title } },
    el("h2", { textContent: label.title }), log, state, form);
  log.append(earlier);

  const web = (text) => { try { const url = new URL(text); return /^https?:$/.test(url.protocol) ? url.href : null; } catch { return null; } };
  const link = (url, text) => el("a", { href: url, textContent: text, target: "_blank", rel: "noopener noreferrer" });
  // Text with its http and https addresses as links; nothing else of it is ever markup.
  const words = (text, className = "") => {
    const line = el("p", { className });
    for (const part of text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}])/)) {
      const url = /^https?:\/\//.test(part) && web(part);
      line.append(url ? link(url, part) : part);
    }
    return line;
  };
  const choice = ({ id, title, description }) => {
    const made = el("button", { type: "button", textContent: title, onclick: () => send(title, id) });
    if (description) made.append(el("small", { textContent: description }));
    return made;
  };
  const media = ({ kind, url, caption, filename }) => {
    const from = web(url);
    if (!from) return words(filename || url);
    if (kind === "image") return el("img", { src: from, alt: caption || filename || "" });
    if (kind === "audio" || kind === "video") return el(kind, { src: from, controls: true, preload: "none" });
    return el("p", {}, link(from, filename || from));
  };
  const content = (m) => {
    const parts = [];
    if (m.header) parts.push(words(m.header, "h"));
    if (m.type === "media") parts.push(media(m));
    if (m.text || m.caption) parts.push(words(m.text || m.caption));
    if (m.footer) parts.push(words(m.footer, "f"));
    if (m.buttons) parts.push(el("div", { className: "choices", role: "group" }, ...m.buttons.map(choice)));
    if (m.sections) {
      const rows = m.sections.flatMap((s) => [...(s.title ? [el("div", { className: "section", textContent: s.title })] : []), ...s.rows.map(choice)]);
      parts.push(el("details", {}, el("summary", { textContent: m.button }), el("div", { className: "choices", role: "group" }, ...rows)));
    }
    return parts;
  };

  const shown = new Set(); // ids of messages that are seen
  const own = new Map(); // what was sent from here: its id, and its bubble
  let first = null; // the oldest message that is seen, and the last that came in order
  let last = null;
  const draw = (m) => {
    const mine = m.direction === "inbound";
    return el("div", { className: mine ? "m in" : "m" }, el("span", { className: "sr", textContent: (mine ? label.you : label.them) + ": " }), ...content(m));
  };
  const settle = (within) => { for (const old of within.querySelectorAll(".choices button")) old.disabled = true; };
  const down = () => { log.scrollTop = log.scrollHeight; };
  const add = (m) => {
    if (shown.has(m.id)) return;
    shown.add(m.id);
    const waiting = own.get(m.client_id);
    if (waiting) return waiting.classList.remove("wait");
    if (m.direction === "inbound") settle(log); else typing(false);
    log.append(draw(m));
    down();
  };

  // --- what is said about the connection

  let online = true;
  let awaited = 0;
  const say = () => {
    state.textContent = !online ? label.offline : awaited ? label.typing : "";
    state.classList.toggle("dots", online && !!awaited);
  };
  const typing = (is) => {
    clearTimeout(awaited);
    awaited = is ? setTimeout(() => typing(false), 60000) : 0;
    say();
  };
  const reached = (is) => { online = is; say(); };

  // --- sending, one after another, each until it is taken

  const asleep = new Set();
  const sleep = (ms) => new Promise((done) => { asleep.add(done); setTimeout(done, ms); });
  const wake = () => { asleep.forEach((done) => done()); asleep.clear(); };
  const backoff = (tries) => Math.min(30000, 500 * 2 ** tries) * (0.5 + Math.random() / 2);
  const ask = (path, options = {}) => {
    const headers = { ...options.headers };
    if (kept.token) headers.authorization = "Bearer " + kept.token;
    return fetch(api + path, { ...options, headers, credentials: "omit" });
  };
  // Whoever the token stood for is not known here any more: begin anew.
  const forget = () => { kept.token = null; last = null; keep(); };
  const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

  const pend = (m) => {
    const made = draw({ direction: "inbound", text: m.text });
    made.classList.add("wait");
    own.set(m.id, made);
    log.append(made);
  };
  const send = (text, payload) => {
    const m = { id: uuid(), text, payload };
    kept.unsent.push(m);
    keep();
    settle(log);
    pend(m);
    down();
    typing(true);
    (payload ? log : field).focus();
    flush();
  };
  let flushing = false;
  const flush = async () => {
    if (flushing) return wake();
    flushing = true;
    for (let tries = 0; kept.unsent.length; ) {
      const m = kept.unsent[0];
      let answer = null;
      try {
        const response = await ask("/messages", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(m) });
        if (response.status === 401 && kept.token) { forget(); continue; }
        if (response.status === 429 || response.status >= 500) throw response;
        if (response.ok) answer = await response.json();
        else settled(m, response.status === 409); // it was taken, so long ago that the answer is in the history only
      } catch {
        reached(false);
        await sleep(backoff(tries++));
        continue;
      }
      tries = 0;
      reached(true);
      kept.unsent.shift();
      if (answer) {
        kept.token = answer.token;
        [answer.message, ...answer.replies].forEach(add);
        typing(answer.pending);
      }
      keep();
      listen();
    }
    flushing = false;
  };
  const settled = (m, taken) => {
    const made = own.get(m.id);
    made?.classList.replace("wait", taken ? "in" : "bad");
    if (!taken) made?.append(el("p", { className: "h", textContent: label.failed }));
    typing(false);
  };

  // --- reading: what was said, then what is said, for as long as the chat is open

  const history = async (before) => {
    const response = await ask("/messages" + (before ? "?before=" + before : ""));
    if (response.status === 401) forget();
    if (!response.ok) throw response;
    const page = await response.json();
    kept.token = page.token;
    keep();
    const top = log.scrollHeight;
    const fresh = page.messages.filter((m) => !shown.has(m.id));
    if (before) {
      fresh.forEach((m) => shown.add(m.id));
      const drawn = fresh.map(draw);
      drawn.forEach(settle);
      earlier.after(...drawn);
      log.scrollTop += log.scrollHeight - top;
    } else {
      log.setAttribute("aria-live", "off"); // what was said before is not read out
      page.messages.forEach(add);
      for (const m of kept.unsent) if (own.has(m.id)) log.append(own.get(m.id));
      setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
      last = page.messages.at(-1)?.id ?? last;
      typing(page.pending || kept.unsent.length > 0);
    }
    first = page.messages[0]?.id ?? first;
    earlier.hidden = !page.more;
  };
  const events = async (response) => {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const of = (name) => block.split("\n").find((line) => line.startsWith(name + ": "))?.slice(name.length + 2);
        if (of("event") !== "message") continue;
        const m = JSON.parse(of("data"));
        add(m);
        last = m.id;
      }
    }
  };
  let listening = null;
  const listen = async () => {
    if (listening || !kept.token || panel.hidden) return;
    const stop = (listening = new AbortController());
    for (let tries = 0; kept.token && !stop.signal.aborted; ) {
      try {
        if (!last) await history();
        const headers = { accept: "text/event-stream", "last-event-id": last };
        const response = await ask("/stream", { headers, signal: stop.signal });
        if (response.status === 401) { forget(); break; }
        if (!response.ok) throw response;
        reached(true);
        flush();
        const since = Date.now();
        await events(response);
        tries = Date.now() - since > 1000 ? 0 : tries + 1; // the server ends a stream now and then: go on at once
        if (tries) await sleep(backoff(tries));
      } catch {
        if (stop.signal.aborted) break;
        reached(false);
        await sleep(backoff(tries++));
      }
    }
    if (listening === stop) listening = null;
  };

  // --- opening, closing, writing

  const toggle = (open, focus = true) => {
    panel.hidden = !open;
    opened(open ? "1" : "");
    bubble.setAttribute("aria-expanded", open);
    bubble.setAttribute("aria-label", open ? label.close : label.open);
    bubble.textContent = open ? "\u00d7" : label.title;
    if (focus) (open ? field : bubble).focus();
    if (!open) { listening?.abort(); listening = null; return; }
    down();
    flush();
    listen();
  };
  const submit = () => {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    send(text);
  };
  bubble.onclick = () => toggle(panel.hidden);
  panel.onkeydown = (event) => { if (event.key === "Escape") toggle(false); };
  field.onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
  };
  form.onsubmit = (event) => { event.preventDefault(); submit(); };
  earlier.onclick = () => history(first).catch(() => reached(false));
  addEventListener("online", () => wake());
  addEventListener("offline", () => reached(false));

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  if (CSS.supports("color", script.dataset.color || "")) host.style.setProperty("--c", script.dataset.color);
  root.append(bubble, panel);
  const start = () => { document.body.append(host); kept.unsent.forEach(pend); if (opened()) toggle(true, false); };
  document.body ? start() : addEventListener("DOMContentLoaded", start);
})();
