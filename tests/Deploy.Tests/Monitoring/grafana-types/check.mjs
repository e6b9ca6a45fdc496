// check.mjs DASHBOARD.json...: compares dashboards with the types that Grafana publishes as @grafana/schema, those of each panel's
// plugin included. Prints a line for each fault; exit code 1 if there are any.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const plugins = {
  bargauge: 'BarGauge', gauge: 'Gauge', heatmap: 'Heatmap', stat: 'Stat', 'state-timeline': 'StateTimeline',
  table: 'Table', text: 'Text', timeseries: 'TimeSeries',
};

// A JSON file has the text where a type has an enum. A plugin fills in the options that are not given; inside of one nothing is optional
// that its type does not say is. The model of a query is as in @grafana/prometheus, which would bring all of Grafana's components.
const types = `
import type * as grafana from '@grafana/schema';
type Json<T> = T extends string ? T | \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends (infer Item)[] ? Json<Item>[] : T extends object ? { [Name in keyof T]: Json<T[Name]> } : T;
interface Query extends grafana.DataQuery {
  datasource: grafana.DataSourceRef; expr: string; legendFormat?: string; instant?: boolean; range?: boolean; exemplar?: boolean;
  format?: 'time_series' | 'table' | 'heatmap'; interval?: string; editorMode?: 'builder' | 'code';
}
interface Annotation extends grafana.AnnotationQuery<Query> { titleFormat?: string; textFormat?: string; tagKeys?: string; useValueForTime?: boolean; }
type Dashboard = Json<Omit<grafana.Dashboard, 'panels' | 'annotations'> & { uid: string; title: string; annotations: { list: Annotation[] } }>;
type Panel<Options, Custom> = Json<Omit<grafana.Panel, 'options' | 'fieldConfig' | 'targets'> & {
  id: number; title: string; gridPos: grafana.GridPos; targets: Query[]; options?: Partial<Options>;
  fieldConfig?: Omit<grafana.FieldConfigSource, 'defaults'> & { defaults: Omit<grafana.FieldConfig, 'custom'> & { custom?: Partial<Custom> } };
}>;
`;

// One statement for each panel, so that a fault can be told by the panel's title.
function statementsOf(dashboard) {
  const { panels, ...rest } = dashboard;
  const statements = [['dashboard', `const dashboard: Dashboard = ${JSON.stringify(rest)};`]];
  for (const [index, panel] of panels.entries()) {
    const { type, title } = panel;
    const plugin = plugins[type];
    const model = plugin
      ? `import('@grafana/schema/dist/esm/raw/composable/${type.replace('-', '')}/panelcfg/x/${plugin}PanelCfg_types.gen')`
      : undefined;
    const declared = type === 'row' ? 'Json<grafana.RowPanel>'
      : plugin ? `Panel<${model}.Options, ${type === 'stat' || type === 'text' ? 'Record<string, never>' : `${model}.FieldConfig`}>` : undefined;
    statements.push([`panel '${title}'`, declared
      ? `const panel${index}: ${declared} = ${JSON.stringify(panel)};`
      : `const panel${index}: 'one of row, ${Object.keys(plugins).join(', ')}' = ${JSON.stringify(type)};`]);
  }

  return statements;
}

const here = dirname(fileURLToPath(import.meta.url));
const sources = new Map();
for (const [index, path] of process.argv.slice(2).entries()) {
  const statements = statementsOf(JSON.parse(readFileSync(path, 'utf8')));
  sources.set(join(here, `dashboard${index}.ts`), { path, names: statements.map(([name]) => name), text: types.replaceAll('\n', ' ') + '\n' + statements.map(([, text]) => text).join('\n') });
}

const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
const host = ts.createCompilerHost(options);
const { readFile, fileExists, getSourceFile } = host;
host.readFile = name => sources.get(name)?.text ?? readFile(name);
host.fileExists = name => sources.has(name) || fileExists(name);
host.getSourceFile = (name, version, ...more) => sources.has(name)
  ? ts.createSourceFile(name, sources.get(name).text, version) : getSourceFile(name, version, ...more);

const faults = ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options, host));
for (const { file, start, messageText } of faults) {
  const source = sources.get(file?.fileName);
  const at = source ? `${source.path}: ${source.names[ts.getLineAndCharacterOfPosition(file, start).line - 1]}: ` : '';
  console.log(at + ts.flattenDiagnosticMessageText(messageText, ' ').replaceAll(/\s+/g, ' '));
}

process.exitCode = faults.length > 0 ? 1 : 0;
