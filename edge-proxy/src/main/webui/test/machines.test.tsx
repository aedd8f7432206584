import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../src/api/types';
import { ago, busiest, byApp, fill, stateOf, streams, summary } from '../src/machines/machine';
import { MachineStrip } from '../src/machines/MachineStrip';
import { MachineTable } from '../src/machines/MachineTable';

const machine = (id: string, more: Partial<Machine> = {}): Machine => ({
  app: 'demo',
  id,
  address: 'http://10.0.0.1',
  source: 'configuration',
  draining: false,
  healthy: true,
  leftAlone: false,
  openStreams: 0,
  consecutiveFailures: 0,
  ...more,
});

const NOW = Date.parse('2026-11-28T10:00:00Z');
const before = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

describe('a machine', () => {
  it.each([
    ['well', {}],
    ['down', { healthy: false }],
    ['alone', { healthy: false, leftAlone: true }],
    ['draining', { draining: true }],
    ['draining', { draining: true, healthy: false }],
  ] as const)('is %s', (state, more) => expect(stateOf(machine('m', more))).toBe(state));

  it('is as full as its streams and its capacity say', () => {
    expect(fill(machine('m', { openStreams: 5, capacity: 10 }), 99)).toBe(0.5);
    expect(fill(machine('m', { openStreams: 12, capacity: 10 }), 99)).toBe(1);
    expect(fill(machine('m', { openStreams: 5 }), 20)).toBe(0.25);
    expect(fill(machine('m', { openStreams: 1 }), 1)).toBe(0.25);
    expect(streams(machine('m', { openStreams: 5, capacity: 10 }))).toBe('5 / 10');
    expect(streams(machine('m', { openStreams: 5 }))).toBe('5');
  });

  it.each([
    [0, 'just now'],
    [4, '4 s ago'],
    [300, '5 min ago'],
    [7_200, '2 h ago'],
    [400_000, '5 days ago'],
  ])('was seen %i s before', (seconds, words) => expect(ago(before(seconds), NOW)).toBe(words));

  it('was never checked, or by a clock ahead of ours', () => {
    expect(ago(undefined, NOW)).toBe('never');
    expect(ago(before(-30), NOW)).toBe('just now');
  });
});

describe('the machines', () => {
  const all = [machine('a', { openStreams: 3 }), machine('b', { draining: true, openStreams: 1 }), machine('c', { app: 'other', healthy: false })];

  it('are summed up and grouped', () => {
    expect(summary(all)).toBe('1 of 3 machines ready, 4 streams open');
    expect(summary([machine('a', { openStreams: 1 })])).toBe('1 of 1 machines ready, 1 stream open');
    expect(byApp(all).map(([app, members]) => [app, members.length])).toEqual([['demo', 2], ['other', 1]]);
    expect(busiest(all)).toBe(3);
    expect(busiest([])).toBe(0);
  });

  it('are drawn one basin each, in the colour of their state', () => {
    const html = renderToStaticMarkup(<MachineStrip machines={all} />);
    expect(html.match(/<svg/g)).toHaveLength(3);
    for (const state of ['well', 'draining', 'down']) expect(html).toContain(`basin-${state}`);
    expect(html).toContain('a: Well, 3');
  });

  it('are listed with what went wrong, as text', () => {
    const odd = machine('d', { healthy: false, lastError: '<b>status 503</b>', lastErrorAt: before(60), lastChecked: before(3), consecutiveFailures: 7 });
    const html = renderToStaticMarkup(<MachineTable machines={[odd, ...all]} now={NOW} busy="demo/a" onDrain={() => {}} />);
    expect(html).toContain('&lt;b&gt;status 503&lt;/b&gt;');
    expect(html).toContain('60 s ago');
    expect(html).toContain('data-state="down"');
    expect(html).toContain('Drain d');
    expect(html).toContain('Send b streams again');
    expect(html.match(/disabled=""/g)).toHaveLength(1);
  });
});
