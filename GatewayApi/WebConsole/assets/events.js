import { h, nodeLink, table, taskLink } from './dom.js';
import { follow } from './feed.js';

const shownMax = 500;

/** What happens in the mesh, the latest first. */
export function eventsPage(refresh, soon) {
  const reading = new AbortController();
  const events = [];
  let about = 'all';

  follow('mesh/events?recent=200', {
    signal: reading.signal,
    onEvent: event => {
      events.unshift(event);
      events.length = Math.min(events.length, shownMax);
      soon();
    },
  });

  return {
    title: 'Events',
    close: () => reading.abort(),
    async render() {
      const shown = events.filter(event => about === 'all' || event.name.startsWith(about) || event.name === 'gap');
      return [
        h('p', { class: 'actions' },
          h('label', { for: 'about' }, 'Show '),
          h('select', {
            id: 'about', onchange: event => {
              about = event.target.value;
              refresh();
            },
          }, option('all', 'everything'), option('task', 'tasks'), option('node', 'nodes'))),
        table(`The latest ${shownMax} at most, the last one first`, ['Time', 'What', 'Task', 'Node', 'Detail'], shown.map(row)),
      ];
    },
  };
}

const option = (value, label) => h('option', { value }, label);

/** The time of day, and the day where it is another one. */
export const time = seconds => {
  const at = new Date(seconds * 1000);
  return at.toDateString() === new Date().toDateString() ? at.toLocaleTimeString() : at.toLocaleString();
};

const row = ({ name, data }) => h('tr', {},
  h('td', {}, data.at ? time(data.at) : ''),
  h('td', {}, name === 'gap' ? 'some events are missing here' : name),
  h('td', { class: 'id' }, data.task_id ? taskLink(data.task_id) : ''),
  h('td', {}, data.node ? nodeLink(data.node) : ''),
  h('td', {}, [data.attempt ? `attempt ${data.attempt}` : '', data.detail ?? ''].filter(Boolean).join(': ')));
