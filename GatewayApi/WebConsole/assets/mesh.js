import { get } from './api.js';
import { gb, h, nodeLink, state } from './dom.js';

const shownMax = 120;
const byName = new Intl.Collator(undefined, { numeric: true });

/** The mesh at a glance: totals, and a card for each node. */
export function meshPage(refresh) {
  let filter = '';
  return {
    title: 'Mesh',
    async render(signal) {
      const [status, { nodes }] = await Promise.all([get('mesh/status', signal), get('mesh/nodes', signal)]);
      const found = Object.entries(nodes).filter(([id, node]) =>
        `${id} ${node.status} ${node.gpu_type}`.toLowerCase().includes(filter.toLowerCase()))
        .sort(([one], [other]) => byName.compare(one, other));
      return [
        h('dl', { class: 'totals' },
          total('nodes', Object.values(nodes).filter(node => node.status !== 'disconnected').length),
          total('GPUs', status.total_gpus),
          total('VRAM', `${status.total_vram} GB`),
          total('queued', status.queued_tasks),
          total('running', status.active_tasks),
          total('completed', status.completed_tasks)),
        h('label', { for: 'filter' }, 'Filter nodes '),
        h('input', {
          id: 'filter', type: 'search', oninput: event => {
            filter = event.target.value;
            refresh();
          },
        }),
        h('p', { class: 'soft', role: 'status' }, found.length > shownMax ? `${found.length} nodes; the first ${shownMax} are shown` : `${found.length} nodes`),
        h('ul', { class: 'cards' }, found.slice(0, shownMax).map(card)),
      ];
    },
  };
}

const total = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, String(value)));

function card([id, node]) {
  return h('li', { class: 'card', 'data-key': id },
    h('h2', {}, nodeLink(id)),
    h('div', {}, state(node.status), ` · ${node.active_tasks} running · ${node.completed_tasks} completed${node.simulated ? ' · simulated' : ''}`),
    node.status_reason && h('p', { class: 'problem' }, node.status_reason),
    node.gpus.length === 0 ? h('p', { class: 'soft' }, 'CPU only') : node.gpus.map(gpuBar));
}

/** Memory of one GPU: what tasks hold or what is measured, whichever is more. */
export function gpuBar(gpu) {
  const used = Math.max(gpu.reserved_bytes ?? 0, gpu.memory_used_bytes ?? 0);
  const measures = [
    gpu.utilization === null || gpu.utilization === undefined ? null : `${Math.round(gpu.utilization * 100)} % busy`,
    gpu.temperature_celsius ? `${Math.round(gpu.temperature_celsius)} °C` : null,
    gpu.power_watts ? `${Math.round(gpu.power_watts)} W` : null,
  ].filter(Boolean).join(' · ');
  const words = `${gb(used)} of ${gb(gpu.memory_bytes)}`;
  return h('div', { class: 'gpu' },
    h('div', {}, `${gpu.index}: ${gpu.type}`),
    h('meter', { min: 0, max: gpu.memory_bytes, high: gpu.memory_bytes * 0.9, value: used, 'aria-label': `memory of GPU ${gpu.index}: ${words}` }, words),
    h('div', { class: 'soft' }, measures ? `${words} · ${measures}` : words),
    ...gpuErrors(gpu.errors ?? []));
}

/** What went wrong on a GPU. Errors of its memory that were corrected did no harm, so they are told more softly. */
function gpuErrors(errors) {
  const words = error => `${error.kind}${error.xid === null ? '' : ` ${error.xid}`}: ${error.count}`;
  const line = (name, found) => found.length > 0 && h('div', { class: name }, `errors: ${found.map(words).join(', ')}`);
  const seen = errors.filter(error => error.count > 0);
  return [
    line('problem', seen.filter(error => error.kind !== 'ecc_corrected')),
    line('soft', seen.filter(error => error.kind === 'ecc_corrected')),
  ].filter(Boolean);
}
