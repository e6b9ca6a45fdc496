// Elements are made from text and attributes only, never from HTML, so what users submit cannot become markup.

/** An element. Properties that start with "on" are handlers; the others are attributes. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith('on')) {
      element[name] = value;
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

const handlers = ['onclick', 'onsubmit', 'oninput', 'onchange'];

/** Makes the old element look like the new one and keeps what is the same, so that focus, typed text and scrolling stay. */
export function patch(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name)) {
      old.removeAttribute(name);
    }
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
    }
  }
  for (const name of handlers) {
    old[name] = fresh[name];
  }
  patchChildren(old, [...fresh.childNodes]);
}

/** Makes the children of an element look like these. */
export function patchChildren(parent, children) {
  children.forEach((child, index) => {
    const present = parent.childNodes[index];
    if (!present) {
      parent.append(child);
    } else if (present.nodeType === Node.TEXT_NODE && child.nodeType === Node.TEXT_NODE) {
      if (present.data !== child.data) {
        present.data = child.data;
      }
    } else if (present.nodeName === child.nodeName && present.id === child.id && present.dataset?.key === child.dataset?.key) {
      if (present.dataset?.own === undefined) {
        patch(present, child);
      }
    } else {
      present.replaceWith(child);
    }
  });
  while (parent.childNodes.length > children.length) {
    parent.lastChild.remove();
  }
}

export const gb = bytes => `${(bytes / 2 ** 30).toFixed(1).replace(/\.0$/, '')} GB`;

/** An amount of the money that prices are in; of little the digits that count. */
export const money = amount => amount > 0 && amount < 0.01 ? amount.toPrecision(2) : amount.toFixed(2);

export function ago(seconds) {
  const age = Math.max(0, Date.now() / 1000 - seconds);
  return `${duration(age)} ago`;
}

export function duration(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms`
    : seconds < 120 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
      : seconds < 7200 ? `${Math.round(seconds / 60)} min`
        : `${Math.round(seconds / 3600)} h`;
}

const good = new Set(['active', 'completed', 'running']);
const bad = new Set(['disconnected', 'failed']);

/** A status in words; the colour only repeats them. */
export const state = status =>
  h('span', { class: `state ${good.has(status) ? 'good' : bad.has(status) ? 'bad' : 'warn'}` }, status);

export function table(caption, heads, rows) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', {},
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, heads.map(head => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, rows)));
}

export const taskLink = id => h('a', { href: `#/tasks/${encodeURIComponent(id)}` }, id);
export const nodeLink = id => h('a', { href: `#/nodes/${encodeURIComponent(id)}` }, id);
