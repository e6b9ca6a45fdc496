import { get } from './api.js';
import { ago, h, table, taskLink } from './dom.js';

const shownMax = 200;

// The three ways in which a task of a priority is placed.
const groups = [
  { from: 8, to: 10, placed: 'go to the most powerful GPU that fits' },
  { from: 3, to: 7, placed: 'are balanced over all GPUs' },
  { from: 0, to: 2, placed: 'take the least loaded node' },
];

/** What waits, by priority: in each group the tasks that go next, in their order, each with what it waits for. */
export function queuePage() {
  return {
    title: 'Queue',
    async render(signal) {
      const { queued, by_priority: counts, tasks } = await get(`mesh/queue?limit=${shownMax}`, signal);
      const places = new Map(tasks.map((task, index) => [task.task_id, index + 1]));
      return [
        h('p', { role: 'status' }, queued === 0 ? 'Nothing waits.' : `${queued} wait; ${tasks.length} are shown, the next to go first.`),
        groups.map(group => section(group, counts.filter(each => isIn(group, each)), tasks.filter(task => isIn(group, task)), places)),
      ].flat();
    },
  };
}

const isIn = ({ from, to }, { priority }) => priority >= from && priority <= to;

function section({ from, to, placed }, counts, tasks, places) {
  const name = `Priority ${from}–${to}`;
  const waiting = Math.max(tasks.length, counts.reduce((sum, each) => sum + each.queued, 0));
  const each = counts.map(({ priority, queued }) => `${queued} of ${priority}`).join(', ');
  return h('section', { 'data-key': name, 'aria-label': name },
    h('h2', {}, `${name}: ${waiting} ${waiting === 1 ? 'waits' : 'wait'}`),
    h('p', { class: 'soft' }, [
      `They ${placed}.`,
      counts.length > 1 && ` ${each}.`,
      waiting > tasks.length && ` ${tasks.length === 0 ? 'None' : tasks.length} of them ${tasks.length === 1 ? 'is' : 'are'} among the next ${shownMax} of all.`,
    ]),
    tasks.length > 0 && table(`Waiting tasks of priority ${from}–${to}`, ['Order', 'Task', 'Type', 'Priority', 'With its waiting', 'Submitted', 'Waits because'], tasks.map(task =>
      h('tr', { 'data-key': task.task_id },
        h('td', {}, String(places.get(task.task_id))),
        h('td', { class: 'id' }, taskLink(task.task_id)),
        h('td', {}, task.task_type),
        h('td', {}, String(task.priority)),
        h('td', {}, task.effective_priority.toFixed(1)),
        h('td', {}, ago(task.submitted_at)),
        h('td', {}, task.reason)))));
}
