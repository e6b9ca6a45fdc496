import { request } from './api.js';

const silenceMsMax = 40_000;
const pauseMs = 1000;
const pauseMsMax = 30_000;

/**
 * Reads server-sent events until the signal or the event "end", over any interruption. By fetch, since an EventSource cannot
 * send a key. A stream that is silent for too long is opened anew: a laptop that slept finds its connection dead. While nobody looks
 * there is none: a browser has six connections to one address, for all its tabs together.
 */
export async function follow(path, { onEvent, signal }) {
  let lastId = null;
  let pause = pauseMs;
  while (!signal.aborted) {
    await untilShown(signal);
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    const hide = () => document.hidden && stop();
    signal.addEventListener('abort', stop);
    document.addEventListener('visibilitychange', hide);
    let alarm;
    const isAlive = () => {
      clearTimeout(alarm);
      alarm = setTimeout(stop, silenceMsMax);
    };
    try {
      isAlive();
      const headers = { Accept: 'text/event-stream', ...lastId === null ? {} : { 'Last-Event-ID': lastId } };
      const response = await request(path, { headers, signal: attempt.signal });
      pause = pauseMs;
      for await (const event of read(response, isAlive)) {
        lastId = event.id ?? lastId;
        if (event.name === 'end') {
          return;
        }
        if (event.name) {
          onEvent(event);
        }
      }
    } catch {
      // Whatever it was, it is tried again; the page's own requests tell of a mesh that does not answer or refuses.
    } finally {
      clearTimeout(alarm);
      document.removeEventListener('visibilitychange', hide);
      signal.removeEventListener('abort', stop);
    }
    await sleep(pause, signal);
    pause = Math.min(pauseMsMax, pause * 2);
  }
}

async function* read(response, isAlive) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    isAlive();
    text += part.value;
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      yield parse(block);
    }
  }
}

function parse(block) {
  const event = { id: null, name: null, data: {} };
  for (const line of block.split('\n')) {
    const at = line.indexOf(': ');
    const [field, value] = [line.slice(0, at), line.slice(at + 2)];
    if (field === 'id') {
      event.id = value;
    } else if (field === 'event') {
      event.name = value;
    } else if (field === 'data') {
      event.data = JSON.parse(value);
    }
  }
  return event;
}

const untilShown = signal => new Promise(resolve => {
  const look = () => {
    if (!document.hidden || signal.aborted) {
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    }
  };
  document.addEventListener('visibilitychange', look);
  signal.addEventListener('abort', look);
  look();
});

const sleep = (ms, signal) => new Promise(resolve => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});
