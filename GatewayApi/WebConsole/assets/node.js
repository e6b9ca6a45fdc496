import { get, post } from './api.js';
import { ago, duration, h, money, state, table, taskLink } from './dom.js';
import { gpuBar } from './mesh.js';

/** One node: its GPUs, what runs on it, and the switches of an operator. */
export function nodePage(id, refresh) {
  const path = `mesh/nodes/${encodeURIComponent(id)}`;
  let problem = null;

  const act = (verb, label) => h('button', {
    type: 'button', onclick: async () => {
      try {
        await post(`${path}/${verb}`);
        problem = null;
      } catch (error) {
        problem = error.message;
      }
      refresh();
    },
  }, label);

  return {
    title: `Node ${id}`,
    async render(signal) {
      const [{ nodes }, { tasks }, costs] = await Promise.all([
        get('mesh/nodes', signal), get(`${path}/tasks`, signal), get('mesh/costs?by=node', signal)]);
      const node = nodes[id];
      if (!node) {
        return [h('p', { class: 'problem' }, `No node '${id}' has joined.`)];
      }
      return [
        problem && h('p', { class: 'problem', role: 'alert' }, problem),
        h('p', {}, state(node.status), ` · seen ${ago(node.last_ping)} · over ${node.transport} · runs ${node.task_types.join(', ')}`),
        node.status_reason && h('p', { class: 'problem', role: 'status' }, `It takes no work: ${node.status_reason}.`),
        ...priced(node, costs.parts.find(part => part.name === id)?.cost),
        h('p', { class: 'actions' }, act('cordon', 'Cordon'), act('drain', 'Drain'), act('uncordon', 'Uncordon')),
        ...node.gpus.map(gpu => h('div', { class: 'card' }, gpuBar(gpu))),
        table('Tasks here', ['Task', 'Type', 'Priority', 'Attempt', 'GPUs', 'Submitted'], tasks.map(task => h('tr', { 'data-key': task.task_id },
          h('td', { class: 'id' }, taskLink(task.task_id)),
          h('td', {}, task.task_type),
          h('td', {}, String(task.priority)),
          h('td', {}, String(task.attempt)),
          h('td', {}, task.gpus.join(', ') || '-'),
          h('td', {}, ago(task.submitted_at))))),
        h('h2', {}, 'Facts'),
        h('pre', { tabindex: '0', role: 'region', 'aria-label': 'Facts' }, JSON.stringify(node.facts, null, 2)),
      ].filter(Boolean);
    },
  };
}

/** What the node costs and has cost, where it tells a price. */
function priced({ facts, idle_since: idleSince, release_advised: isAdvised }, cost) {
  return [
    typeof facts?.price?.per_hour === 'number' && h('p', {}, `${facts.price.tenure}, ${money(facts.price.per_hour)} an hour`,
      cost && ` · ${money(cost.amount)} spent in 30 days, ${money(cost.on_demand)} on demand`),
    isAdvised && h('p', { role: 'status' }, `Rented, and idle for ${duration(Date.now() / 1000 - Date.parse(idleSince) / 1000)}: to be given back.`),
  ].filter(Boolean);
}
