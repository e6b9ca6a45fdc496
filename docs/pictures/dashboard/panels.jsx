// The panels of the dashboard as Grafana's components draw them, a section for each row. What Grafana's server and its panel plugins do
// besides (fetching, merging of options) is done here for the few options that the dashboard uses.
import { createTheme, FieldType, dateTime, getDisplayProcessor, ThemeContext, toDataFrame } from '@grafana/data';
import { BigValue, GlobalStyles, PanelChrome, TimeSeries } from '@grafana/ui';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';

const { panels, from, to } = window.input;
const theme = createTheme({ colors: { mode: 'light' } });
const timeRange = { from: dateTime(from * 1000), to: dateTime(to * 1000), raw: { from: dateTime(from * 1000), to: dateTime(to * 1000) } };
const [cellWidth, cellHeight, gap] = [1576 / 24, 38, 8];

/** A field of Grafana's with the panel's settings, as its own server would make it of an answer of Prometheus. */
function frameOf({ name, points, refId }, { defaults }, seriesIndex) {
  const steps = defaults.thresholds?.steps.map(step => ({ ...step, value: step.value ?? -Infinity })) ?? [{ value: -Infinity, color: 'green' }];
  const frame = toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map(([time]) => time * 1000), config: {} },
      {
        name: 'Value', type: FieldType.number, values: points.map(([, value]) => value === 'NaN' ? null : Number(value)),
        config: { color: { mode: 'palette-classic' }, ...defaults, displayNameFromDS: name, thresholds: { mode: 'absolute', steps } },
      },
    ],
  });
  frame.fields[1].state = { seriesIndex };
  for (const field of frame.fields) {
    field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
  }
  return frame;
}

function Content({ panel, series, width, height }) {
  const frames = series.map((each, index) => frameOf(each, panel.fieldConfig, index));
  if (frames.length === 0) {
    return <div style={{ color: theme.colors.text.secondary, display: 'grid', placeContent: 'center', height }}>No data</div>;
  }
  if (panel.type === 'stat') {
    const value = frames[0].fields[1];
    return <BigValue theme={theme} width={width} height={height} value={value.display(value.values.at(-1))} colorMode={panel.options.colorMode}
      graphMode="none" justifyMode="auto" textMode="value" />;
  }
  return <TimeSeries frames={frames} structureRev={1} timeRange={timeRange} timeZone="utc" width={width} height={height} legend={panel.options.legend} options={panel.options} />;
}

function Section({ row, members }) {
  const top = Math.min(...members.map(({ panel }) => panel.gridPos.y));
  const bottom = Math.max(...members.map(({ panel }) => panel.gridPos.y + panel.gridPos.h));
  return <section data-row={row} style={{ position: 'relative', width: 1600, height: (bottom - top) * cellHeight + gap * 2, background: theme.colors.background.canvas }}>
    {members.map(({ panel, series }) => {
      const { x, y, w, h } = panel.gridPos;
      const [width, height] = [w * cellWidth - gap, h * cellHeight - gap];
      return <div key={panel.id} style={{ position: 'absolute', left: 12 + x * cellWidth, top: gap + (y - top) * cellHeight, width, height }}>
        <PanelChrome title={panel.title} width={width} height={height}>
          {(innerWidth, innerHeight) => <Content panel={panel} series={series} width={innerWidth} height={innerHeight} />}
        </PanelChrome>
      </div>;
    })}
  </section>;
}

function Dashboard() {
  // The charts draw themselves a frame after they are there.
  useEffect(() => { setTimeout(() => { window.isDrawn = true; }, 1000); }, []);
  const rows = [];
  for (const each of panels) {
    if (each.panel.type === 'row') {
      rows.push({ row: each.panel.title, members: [] });
    } else if (each.panel.type !== 'state-timeline') {
      // That one is a plugin of Grafana's server, not a component of the library.
      rows.at(-1).members.push(each);
    }
  }
  return <ThemeContext.Provider value={theme}><GlobalStyles />{rows.map(row => <Section key={row.row} {...row} />)}</ThemeContext.Provider>;
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<Dashboard />);
