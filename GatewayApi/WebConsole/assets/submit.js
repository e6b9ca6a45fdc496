import { post } from './api.js';
import { h } from './dom.js';

const types = ['test', 'llm_inference', 'embeddings', 'training', 'custom'];

/** A form for one task: ask what would happen, or submit it. */
export function submitPage(refresh) {
  let outcome = null;

  // What was sent and has no answer yet keeps its key, so that a second click makes no second task.
  let unanswered = null;

  function keyOf(body) {
    const text = JSON.stringify(body);
    if (unanswered?.text !== text) {
      unanswered = { text, key: randomKey() };
    }
    return unanswered.key;
  }

  async function send(form, path) {
    try {
      const body = read(form);
      const answer = await post(path, body, path === 'tasks/submit' ? { 'Idempotency-Key': keyOf(body) } : {});
      if (answer.task_id) {
        unanswered = null;
        location.hash = `#/tasks/${encodeURIComponent(answer.task_id)}`;
        return;
      }
      const [plan] = answer.tasks;
      outcome = h('p', { role: 'status' }, `Would be ${plan.status}: ${plan.summary}.${plan.smallest_change ? ` Smallest change: ${plan.smallest_change.message}.` : ''}`);
    } catch (error) {
      outcome = h('p', { class: 'problem', role: 'alert' }, error.message);
    }
    refresh();
  }

  return {
    title: 'Submit a task',
    still: true,
    async render() {
      return [
        h('form', {
          class: 'fields', onsubmit: event => {
            event.preventDefault();
            send(event.target, event.submitter?.value === 'plan' ? 'tasks/plan' : 'tasks/submit');
          },
        },
        field('Type', 'type', h('select', { id: 'type', name: 'type' }, types.map(type => h('option', {}, type)))),
        field('Priority, 0 to 10', 'priority', h('input', { id: 'priority', name: 'priority', type: 'number', min: 0, max: 10, value: 5 })),
        field('GPUs of one node', 'gpus', h('input', { id: 'gpus', name: 'gpus', type: 'number', min: 0, max: 1024, placeholder: 'as the type needs' })),
        field('GPU memory in GB, in total', 'memory', h('input', { id: 'memory', name: 'memory', type: 'number', min: 0, step: 'any' })),
        field('GPU type', 'gpu-type', h('input', { id: 'gpu-type', name: 'gpuType', placeholder: 'any' })),
        field('Script', 'script', h('input', { id: 'script', name: 'script', placeholder: 'training and custom: a file of the node\'s scripts' })),
        field('Other members as a JSON object', 'more', h('textarea', { id: 'more', name: 'more', spellcheck: 'false' }, '{"payload":{}}')),
        h('p', { class: 'actions' },
          h('button', { class: 'primary', value: 'submit' }, 'Submit'),
          h('button', { value: 'plan' }, 'What would happen?'))),
        outcome ?? h('p', {}),
      ];
    },
  };
}

// Browsers make UUIDs on secure pages only, and a mesh on a private network is none.
const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');

const field = (label, id, control) => [h('label', { for: id }, label), control];

function read(form) {
  const { type, priority, gpus, memory, gpuType, script, more } = form.elements;
  let others;
  try {
    others = JSON.parse(more.value.trim() || '{}');
  } catch (error) {
    throw new Error(`The other members are not JSON: ${error.message}`);
  }
  const requirements = { ...others.requirements };
  if (gpus.value) {
    requirements.gpu_count = Number(gpus.value);
  }
  if (memory.value) {
    requirements.memory_gb = Number(memory.value);
  }
  if (gpuType.value.trim()) {
    requirements.gpu_type = gpuType.value.trim();
  }
  return { ...others, task_type: type.value, priority: Number(priority.value), requirements, ...(script.value.trim() ? { script: script.value.trim() } : {}) };
}
