// node draw.mjs PROMETHEUS_URL [MINUTES] [UNTIL, Unix seconds]: asks a Prometheus what each panel of the provisioned dashboard asks, draws the panels with
// Grafana's component library in the machine's Chromium, and writes a picture for each row of the dashboard beside this folder.
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const [prometheus, minutes = '15', until = Date.now() / 1000] = process.argv.slice(2);
const at = path => fileURLToPath(new URL(path, import.meta.url));
const dashboard = JSON.parse(await readFile(at('../../../deploy/grafana/dashboards/gpu-mesh.json'), 'utf8'));
const to = Math.floor(Number(until));
const from = to - 60 * Number(minutes);
const step = Math.max(1, Math.round((to - from) / 400));

async function ask({ expr, instant, legendFormat, refId }) {
  const query = expr.replaceAll('$__rate_interval', '30s').replaceAll('$job', 'aurora');
  const path = instant ? `query?time=${to}` : `query_range?start=${from}&end=${to}&step=${step}`;
  const response = await fetch(new URL(`/api/v1/${path}&query=${encodeURIComponent(query)}`, prometheus));
  const answer = await response.json();
  if (answer.status !== 'success') {
    throw new Error(`${expr}: ${JSON.stringify(answer)}`);
  }
  return answer.data.result.map(({ metric, values, value }) => ({
    refId,
    name: legendFormat.replaceAll(/{{\s*(\w+)\s*}}/g, (_, label) => metric[label] ?? ''),
    points: values ?? [value],
  }));
}

const panels = [];
for (const panel of dashboard.panels) {
  panels.push({ panel, series: (await Promise.all((panel.targets ?? []).map(ask))).flat() });
}

const bundle = await build({
  entryPoints: [at('panels.jsx')], bundle: true, write: false, outdir: at('.'), format: 'iife', minify: true, jsx: 'automatic', logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' }, loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.woff': 'dataurl', '.ttf': 'dataurl' },
});
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromiumSandbox: false, args: ['--disable-dev-shm-usage'] });
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  page.on('pageerror', error => console.error(error.message));
  // A page of some address: one without has no local storage, which the library reads.
  await page.route('http://panels.invalid/', route => route.fulfill({ contentType: 'text/html', body: '<!doctype html><html lang="en"><body></body></html>' }));
  await page.goto('http://panels.invalid/');
  await page.evaluate(input => { window.input = input; }, { panels, from, to });
  for (const { path, text } of bundle.outputFiles) {
    await (path.endsWith('.css') ? page.addStyleTag({ content: text }) : page.addScriptTag({ content: text }));
  }
  await page.waitForFunction(() => window.isDrawn === true);
  for (const row of await page.locator('section[data-row]').all()) {
    const name = (await row.getAttribute('data-row')).toLowerCase().replaceAll(/\W+/g, '-');
    await row.screenshot({ path: at(`../grafana-${name}.png`) });
  }
} finally {
  await browser.close();
}
