import { Refusal, saveKey } from './api.js';
import { h, patchChildren } from './dom.js';
import { eventsPage } from './events.js';
import { follow } from './feed.js';
import { meshPage } from './mesh.js';
import { nodePage } from './node.js';
import { queuePage } from './queue.js';
import { submitPage } from './submit.js';
import { taskPage } from './task.js';
import { tasksPage } from './tasks.js';

// Measures change without an event; what happens in the mesh shows within the shorter time.
const measuresMs = 5000;
const eventsMs = 1000;
const ownEventsMs = 100;
const retryMs = 2000;
const retryMsMax = 30000;
const main = document.getElementById('main');
const connection = document.getElementById('connection');
const dialog = document.getElementById('key-dialog');

const routes = [
  [/^#?\/?$/, meshPage],
  [/^#\/queue$/, queuePage],
  [/^#\/tasks$/, tasksPage],
  [/^#\/events$/, eventsPage],
  [/^#\/submit$/, submitPage],
  [/^#\/tasks\/(.+)$/, taskPage],
  [/^#\/nodes\/(.+)$/, nodePage],
];

let page;
let timer;
let due = Infinity;
let wanted = Infinity;
let isFetching = false;
let failures = 0;
let isKeyDeclined = false;
let abort = new AbortController();
let listening = new AbortController();

function open() {
  if (location.hash === '#main') {
    main.focus();
    return;
  }
  page?.close?.();
  const [pattern, make] = routes.find(([pattern]) => pattern.test(location.hash)) ?? routes[0];
  page = make(...(location.hash.match(pattern)?.slice(1).map(decodeURIComponent) ?? []), refresh, () => refreshWithin(ownEventsMs));
  document.title = `${page.title} · Aurora GPU Mesh`;
  for (const link of document.querySelectorAll('nav a')) {
    link.hash === (location.hash || '#/') ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  main.replaceChildren(h('h1', {}, page.title), h('p', {}, 'Loading…'));
  main.focus();
  refresh();
}

/** Shows the page anew, and again when something happens, at the latest after a while; never while nobody looks. */
async function refresh() {
  clearTimeout(timer);
  [due, wanted, isFetching] = [Infinity, Infinity, true];
  abort.abort();
  const { signal } = abort = new AbortController();
  const current = page;
  try {
    const content = await current.render(signal);
    if (signal.aborted) {
      return;
    }
    patchChildren(main, [h('h1', {}, current.title), ...content]);
    failures = 0;
    say('live');
  } catch (error) {
    if (signal.aborted) {
      return;
    }
    failures++;
    show(error);
  }
  isFetching = false;
  const again = failures > 0 ? Math.min(retryMsMax, retryMs * 2 ** (failures - 1)) : current.still ? Infinity : measuresMs;
  refreshWithin(Math.min(again, wanted));
}

function refreshWithin(ms) {
  if (isFetching) {
    wanted = Math.min(wanted, ms);
    return;
  }
  const at = performance.now() + ms;
  if (!document.hidden && at < due) {
    due = at;
    clearTimeout(timer);
    timer = setTimeout(refresh, ms);
  }
}

function listen() {
  listening.abort();
  listening = new AbortController();
  follow('mesh/events', { signal: listening.signal, onEvent: () => page.still || refreshWithin(eventsMs) });
}

// Written only when it changes, since it is read aloud.
function say(words) {
  if (connection.textContent !== words) {
    connection.textContent = words;
  }
}

function show(error) {
  const isRefusal = error instanceof Refusal;
  say(isRefusal ? `refused: ${error.message}` : 'the mesh does not answer; trying again');
  if (isRefusal && error.status === 401 && !dialog.open && !isKeyDeclined) {
    dialog.showModal();
  } else if (isRefusal && error.status !== 401) {
    patchChildren(main, [h('h1', {}, page.title), h('p', { class: 'problem', role: 'alert' }, error.message)]);
  }
}

dialog.addEventListener('close', () => {
  const input = document.getElementById('key-input');
  if (dialog.returnValue === 'use') {
    saveKey(input.value.trim());
    failures = 0;
    refresh();
    listen();
  }
  // Who closed it is asked again by the button, not by every request.
  isKeyDeclined = dialog.returnValue !== 'use';
  input.value = '';
});
document.getElementById('key').addEventListener('click', () => dialog.showModal());
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    clearTimeout(timer);
    listening.abort();
  } else {
    refresh();
    listen();
  }
});
addEventListener('online', refresh);
addEventListener('hashchange', open);
open();
listen();
