import { download, get, post, remove } from './api.js';
import { ago, duration, h, money, nodeLink, state, table } from './dom.js';
import { time } from './events.js';
import { follow } from './feed.js';

const logCharactersMax = 200_000;
const ended = new Set(['completed', 'failed', 'cancelled']);

/** The node that runs it, or every node of a task of several. */
function placeOf(task) {
  if (task.requirements.nodes > 1 && Array.isArray(task.gang)) {
    return task.gang.map((part, rank) => [rank > 0 && ', ', nodeLink(part.node)]);
  }
  return task.assigned_node ? nodeLink(task.assigned_node) : '-';
}

/** One task: where it stands and why, its log as it is written, and its result. */
export function taskPage(id, refresh, soon) {
  const path = `tasks/${encodeURIComponent(id)}`;
  const log = h('pre', { id: 'log', 'data-own': '', tabindex: '0', role: 'log', 'aria-label': 'Log' });
  const reading = new AbortController();
  const steps = [];
  let artifacts = null;
  let isRead = false;
  let problem = null;

  async function act(action) {
    try {
      await action();
      problem = null;
    } catch (error) {
      problem = error.message;
    }
    refresh();
  }

  // What was read ended with the task.
  async function tryAgain() {
    await post(`${path}/retry`);
    isRead = false;
    log.textContent = '';
  }

  return {
    title: `Task ${id}`,
    close: () => reading.abort(),
    async render(signal) {
      const task = await get(path, signal);
      const isOver = ended.has(task.status);
      const why = isOver ? null : await get(`${path}/explain`, signal).catch(error => {
        // A task may end between the two questions.
        if (error.status !== 404) {
          throw error;
        }
        return null;
      });
      if (!isRead) {
        isRead = true;
        follow(`${path}/logs?follow=true`, { signal: reading.signal, onEvent: event => append(log, event) });
        follow(`${path}/events`, {
          signal: reading.signal,
          onEvent: event => {
            // After a gap a task's events are told again.
            if (event.name !== 'gap' && !steps.some(step => sameStep(step, event))) {
              steps.push(event);
              soon();
            }
          },
        });
      }
      artifacts ??= task.status === 'completed' ? (await get(`${path}/artifacts`, signal)).artifacts : null;
      return [
        problem && h('p', { class: 'problem', role: 'alert' }, problem),
        h('dl', { class: 'facts' },
          fact('Status', state(task.status)),
          fact('Type', task.task_type),
          fact('Priority', String(task.priority)),
          fact('Node', placeOf(task)),
          fact('Attempt', String(task.attempt)),
          fact('Submitted', ago(task.submitted_at)),
          task.started_at && fact('Started', `${ago(task.started_at)}, after ${duration(task.started_at - task.submitted_at)}`),
          task.completed_at && fact('Ended', `${ago(task.completed_at)}${task.started_at ? `, ran ${duration(task.completed_at - task.started_at)}` : ''}`),
          task.cost > 0 && fact('Cost', money(task.cost)),
          task.progress && fact('Progress', progress(task.progress)),
          (task.error ?? task.last_error) && fact('Error', task.error ?? task.last_error)),
        h('p', { class: 'actions' },
          !isOver && h('button', { type: 'button', onclick: () => act(() => remove(path)) }, 'Cancel'),
          task.status === 'failed' && h('button', { type: 'button', onclick: () => act(tryAgain) }, 'Try again')),
        ...(why ? explained(why) : []),
        h('h2', {}, 'What happened'),
        h('ol', { class: 'steps' }, steps.map(({ name, data }) => h('li', {},
          `${time(data.at)} ${name.replace('task.', '')}`,
          data.attempt ? `, attempt ${data.attempt}` : '',
          data.node ? [' on ', nodeLink(data.node)] : '',
          data.detail ? `: ${data.detail}` : ''))),
        h('h2', {}, 'Log'),
        log,
        task.result !== undefined && h('h2', {}, 'Result'),
        task.result !== undefined && h('pre', { tabindex: '0', role: 'region', 'aria-label': 'Result' }, JSON.stringify(task.result, null, 2)),
        artifacts?.length > 0 && h('h2', {}, 'Files'),
        artifacts?.length > 0 && h('ul', {}, artifacts.map(file => h('li', {},
          h('button', { type: 'button', onclick: () => act(() => download(`${path}/artifacts/${file.name}`, file.name.split('/').pop())) }, `Save ${file.name}`),
          ` ${file.size} bytes`))),
        h('h2', {}, 'Asked for'),
        h('pre', { tabindex: '0', role: 'region', 'aria-label': 'Asked for' }, JSON.stringify(asked(task), null, 2)),
      ].filter(Boolean);
    },
  };
}

// The members that the mesh itself adds.
const known = new Set(['task_id', 'task_type', 'priority', 'status', 'assigned_node', 'submitted_at', 'started_at', 'completed_at', 'attempt', 'gpus',
  'result', 'error', 'last_error', 'progress', 'not_before', 'cost']);

const asked = task => Object.fromEntries(Object.entries(task).filter(([name]) => !known.has(name)));

const fact = (name, value) => [h('dt', {}, name), h('dd', {}, value)];

const progress = told => typeof told.progress === 'number'
  ? h('meter', { min: 0, max: 1, value: told.progress, 'aria-label': `progress: ${Math.round(told.progress * 100)} %` }, `${Math.round(told.progress * 100)} %`)
  : JSON.stringify(told);

function explained(why) {
  return [
    h('h2', {}, 'Why'),
    h('p', {}, why.summary),
    why.queue_position && h('p', {}, `Number ${why.queue_position} in line. ${why.expected_start
      ? `Expected to start in ${duration(Math.max(0, why.expected_start - Date.now() / 1000))}` : 'Nobody can tell when it starts'}: ${why.expected_start_basis}.`),
    why.smallest_change && h('p', {}, `Smallest change: ${why.smallest_change.message}.`),
    table('Each node\'s answer', ['Node', 'Score', 'Refused because, or the score\'s terms'],
      Object.entries(why.nodes).sort(([, a], [, b]) => (b.score ?? -1) - (a.score ?? -1)).slice(0, 100).map(([id, answer]) =>
        h('tr', { 'data-key': id },
          h('td', {}, nodeLink(id)),
          h('td', {}, answer.score?.toFixed(3) ?? '-'),
          h('td', {}, answer.refusals.length > 0
            ? answer.refusals.map(refusal => refusal.message).join('; ')
            : Object.entries(answer.terms).map(([term, value]) => `${term} ${value.toFixed(2)}`).join(', '))))),
  ].filter(Boolean);
}

// An attempt begins and ends once; what has no attempt is told apart by its time.
const sameStep = (one, other) => one.name === other.name && one.data.attempt === other.data.attempt
  && (one.data.attempt !== undefined || one.name === 'task.submitted' || one.data.at === other.data.at);

/** Writes on what came of the log. */
function append(log, { name, data }) {
  if (name !== 'stdout' && name !== 'stderr') {
    return;
  }
  const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  // Colours and cursor movements are for terminals.
  const text = log.textContent + data.text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '');
  log.textContent = text.length > logCharactersMax ? text.slice(-logCharactersMax) : text;
  if (isAtEnd) {
    log.scrollTop = log.scrollHeight;
  }
}
