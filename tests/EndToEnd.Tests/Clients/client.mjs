// The documented JavaScript client: submit a task, poll until it is no longer active, read its result.
const mesh = process.argv[2].replace(/\/$/, '');

const get = async (path) => (await fetch(`${mesh}${path}`)).json();

const answer = await fetch(`${mesh}/tasks/submit`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    task_type: 'test',
    requirements: { memory_gb: 0 },
    priority: 5,
    payload: { greeting: 'hello from JavaScript' },
  }),
});
if (!answer.ok) {
  throw new Error(`submit answered ${answer.status}: ${await answer.text()}`);
}
const { task_id: taskId } = await answer.json();

while (taskId in (await get('/tasks/active')).tasks) {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

const task = (await get('/tasks/completed')).tasks.find((t) => t.task_id === taskId);
if (!task) {
  throw new Error(`${taskId} is neither active nor completed`);
}
console.log(task.status, JSON.stringify(task.result));
