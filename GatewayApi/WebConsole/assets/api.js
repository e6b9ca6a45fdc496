const keyName = 'aurora-key';
const patienceMs = 30_000;

export const savedKey = () => sessionStorage.getItem(keyName);
export const saveKey = key => key ? sessionStorage.setItem(keyName, key) : sessionStorage.removeItem(keyName);

/** What the mesh refused, in its own words. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem?.errors
      ? Object.entries(problem.errors).map(([field, messages]) => `${field} ${messages.join(' and ')}`).join('; ')
      : problem?.detail ?? problem?.title ?? `The mesh answered ${status}.`);
    this.status = status;
  }
}

/** The response to a request under the gateway's own address, with the key where there is one. */
export async function request(path, options = {}) {
  const headers = { ...options.headers };
  if (savedKey()) {
    headers.Authorization = `Bearer ${savedKey()}`;
  }
  if (options.body) {
    headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(path, { ...options, headers, cache: 'no-store' });
  if (!response.ok) {
    throw new Refusal(response.status, await response.json().catch(() => null));
  }
  return response;
}

/** An answer as a whole. One that does not come in time is a failure: a machine that slept is not told that its connection is dead. */
async function whole(path, options) {
  const late = new AbortController();
  const alarm = setTimeout(() => late.abort(new Error('The mesh did not answer in time.')), patienceMs);
  try {
    const response = await request(path, { ...options, signal: options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal });
    return response.status === 204 ? null : await response.json();
  } finally {
    clearTimeout(alarm);
  }
}

export const get = (path, signal) => whole(path, { signal });
export const post = (path, body, headers) => whole(path, { method: 'POST', headers, body: body === undefined ? undefined : JSON.stringify(body) });
export const remove = path => whole(path, { method: 'DELETE' });

/** Lets the browser save a file of the API, which a plain link could not fetch with a key. */
export async function download(path, name) {
  const address = URL.createObjectURL(await (await request(path)).blob());
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
