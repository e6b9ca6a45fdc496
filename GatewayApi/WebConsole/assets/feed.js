import { request } from './api.js';

const silenceMsMax = 40_000;
const pauseMs = 1000;
const pauseMsMax = 30_000;

/**
 * Reads server-sent events until the signal or the event "end", over any interruption. By fetch, since an EventSource cannot
 * send a key. A stream that is silent for too long is opened anew: a laptop that slept finds its connection dead.
 */
export async function follow(path, { onEvent, onConnection, signal }) {
  let lastId = null;
  let pause = pauseMs;
  while (!signal.aborted) {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener('abort', stop);
    let alarm;
    const isAlive = () => {
      clearTimeout(alarm);
      alarm = setTimeout(stop, silenceMsMax);
    };
    try {
      isAlive();
      const headers = { Accept: 'text/event-stream', ...lastId === null ? {} : { 'Last-Event-ID': lastId } };
      const response = await request(path, { headers, signal: attempt.signal });
      onConnection?.(true);
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
    } catch (error) {
      if (!signal.aborted) {
        onConnection?.(false, error);
      }
    } finally {
      clearTimeout(alarm);
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

const sleep = (ms, signal) => new Promise(resolve => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});
