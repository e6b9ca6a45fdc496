import { get } from './api.js';
import { ago, duration, h, nodeLink, state, table, taskLink } from './dom.js';

/** What is under way and what ended last. */
export function tasksPage() {
  return {
    title: 'Tasks',
    async render(signal) {
      const [active, completed] = await Promise.all([get('tasks/active?limit=200', signal), get('tasks/completed', signal)]);
      return [
        table('Under way, 200 at most', heads('Submitted'), Object.values(active.tasks).reverse().map(task => row(task, ago(task.submitted_at)))),
        table('Ended last', heads('Ran for'), completed.tasks.reverse().map(task =>
          row(task, task.started_at ? duration(task.completed_at - task.started_at) : '-'))),
      ];
    },
  };
}

const heads = last => ['Task', 'Type', 'Priority', 'Status', 'Node', last];

const row = (task, last) => h('tr', { 'data-key': task.task_id },
  h('td', { class: 'id' }, taskLink(task.task_id)),
  h('td', {}, task.task_type),
  h('td', {}, String(task.priority)),
  h('td', {}, state(task.status)),
  h('td', {}, task.assigned_node ? nodeLink(task.assigned_node) : '-'),
  h('td', {}, last));
