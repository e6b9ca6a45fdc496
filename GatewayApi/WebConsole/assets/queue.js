import { get } from './api.js';
import { ago, h, table, taskLink } from './dom.js';

const shownMax = 200;
const openedMax = 100;

// The three ways in which a task of a priority is placed.
const groups = [
  { from: 8, to: 10, placed: 'go to the most powerful GPU that fits' },
  { from: 3, to: 7, placed: 'are balanced over all GPUs' },
  { from: 0, to: 2, placed: 'take the least loaded node' },
];

/**
 * What waits, by priority: in each group the tasks that go next, in their order, each with what it waits for. A group whose turn is far off
 * has only a few of its tasks among the next of all, or none: it is opened to see its own.
 */
export function queuePage(refresh) {
  const opened = new Set();
  const toggle = group => () => {
    opened.delete(group) || opened.add(group);
    refresh();
  };
  const load = async (group, signal) => [group, (await get(`mesh/queue?limit=${openedMax}&min_priority=${group.from}&max_priority=${group.to}`, signal)).tasks];
  return {
    title: 'Queue',
    async render(signal) {
      const [{ queued, by_priority: counts, tasks }, ...own] = await Promise.all(
        [get(`mesh/queue?limit=${shownMax}`, signal), ...[...opened].map(group => load(group, signal))]);
      const places = new Map(tasks.map((task, index) => [task.task_id, String(index + 1)]));
      const ownOf = new Map(own);
      return [
        h('p', { role: 'status' }, queued === 0 ? 'Nothing waits.' : `${queued} wait; ${tasks.length} are shown, the next to go first.`),
        groups.map(group => section(
          group, counts.filter(each => isIn(group, each)), tasks.filter(task => isIn(group, task)), ownOf.get(group), places, toggle(group))),
      ].flat();
    },
  };
}

const isIn = ({ from, to }, { priority }) => priority >= from && priority <= to;

function section({ from, to, placed }, counts, next, own, places, toggle) {
  const name = `Priority ${from}–${to}`;
  const waiting = Math.max(next.length, counts.reduce((sum, each) => sum + each.queued, 0));
  const tasks = own ?? next;
  const each = counts.map(({ priority, queued }) => `${queued} of ${priority}`).join(', ');
  return h('section', { 'data-key': name, 'aria-label': name },
    h('h2', {}, `${name}: ${waiting} ${waiting === 1 ? 'waits' : 'wait'}`),
    h('p', { class: 'soft' }, [
      `They ${placed}.`,
      counts.length > 1 && ` ${each}.`,
      waiting > next.length && ` ${next.length === 0 ? 'None' : next.length} of them ${next.length === 1 ? 'is' : 'are'} among the next ${shownMax} of all.`,
      own && waiting > own.length && ` The first ${own.length} of the group are shown.`,
    ]),
    (own || waiting > next.length) && h('p', {},
      h('button', { type: 'button', 'aria-expanded': own ? 'true' : 'false', onclick: toggle }, own ? 'Show the next of all only' : `Show the first of ${name.toLowerCase()}`)),
    tasks.length > 0 && table(`Waiting tasks of priority ${from}–${to}`, ['Order', 'Task', 'Type', 'Priority', 'With its waiting', 'Submitted', 'Waits because'], tasks.map(task =>
      h('tr', { 'data-key': task.task_id },
        h('td', {}, places.get(task.task_id) ?? `after ${shownMax}`),
        h('td', { class: 'id' }, taskLink(task.task_id)),
        h('td', {}, task.task_type),
        h('td', {}, String(task.priority)),
        h('td', {}, task.effective_priority.toFixed(1)),
        h('td', {}, ago(task.submitted_at)),
        h('td', {}, task.reason)))));
}
