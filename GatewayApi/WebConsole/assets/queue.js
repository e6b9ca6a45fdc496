import { get } from './api.js';
import { ago, h, table, taskLink } from './dom.js';

/** The head of the queue in the order in which it leaves, each with what it waits for. */
export function queuePage() {
  return {
    title: 'Queue',
    async render(signal) {
      const { queued, tasks } = await get('mesh/queue?limit=200', signal);
      return [
        h('p', { role: 'status' }, queued === 0 ? 'Nothing waits.' : `${queued} wait; ${tasks.length} are shown, the next to go first.`),
        table('Waiting tasks', ['Task', 'Type', 'Priority', 'With its waiting', 'Submitted', 'Waits because'], tasks.map(task =>
          h('tr', { 'data-key': task.task_id },
            h('td', { class: 'id' }, taskLink(task.task_id)),
            h('td', {}, task.task_type),
            h('td', {}, String(task.priority)),
            h('td', {}, task.effective_priority.toFixed(1)),
            h('td', {}, ago(task.submitted_at)),
            h('td', {}, task.reason)))),
      ];
    },
  };
}
