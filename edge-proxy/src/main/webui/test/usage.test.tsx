import { generateKeyPairSync, sign } from 'node:crypto';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { UsageRow } from '../src/api/types';
import { heard, SILENT_MILLIS, stateOf, type Burns } from '../src/usage/burns';
import { BurnList } from '../src/usage/BurnList';
import { nextOf, wholeCsv } from '../src/usage/csv';
import { FigureTable } from '../src/usage/FigureTable';
import { Models } from '../src/usage/Models';
import { runwayOf } from '../src/usage/runway';
import { check } from '../src/usage/signature';
import { questionOf, recordsOf, spanOf } from '../src/usage/span';
import { SpendChart } from '../src/usage/SpendChart';
import { ceiling, OTHERS, pixels, spendingOf } from '../src/usage/spending';

const NOW = new Date(2026, 10, 28, 10, 7, 30);
const row = (start: Date, chargeMicro: string, model?: string): UsageRow => ({
  start: start.toISOString(),
  ...(model === undefined ? {} : { model }),
  streams: 1,
  tokens: { input: 10, cached: 0, cacheWrite: 0, output: 20, reasoning: 0 },
  chargeMicro,
  receivableMicro: '0',
});

describe('a span', () => {
  it('of a day has 24 hours, up to the quarter that is not over', () => {
    const span = spanOf('day', NOW, 'Europe/Vienna');
    expect(span.starts).toHaveLength(24);
    expect(span.starts.at(-1)).toEqual(new Date(2026, 10, 28, 10));
    expect(span.to).toEqual(new Date(2026, 10, 28, 10, 15));
    expect(questionOf(span)).toEqual({ from: span.starts[0]?.toISOString(), to: span.to.toISOString(), timeZone: 'Europe/Vienna', window: 'HOUR' });
  });

  it.each([
    ['week', 7],
    ['month', 30],
    ['quarter', 90],
  ] as const)('%s begins at a midnight of the calendar, %i days long', (name, days) => {
    const { starts, window } = spanOf(name, NOW);
    expect(window).toBe('DAY');
    expect(starts).toHaveLength(days);
    expect(starts.every((start) => start.getHours() === 0 && start.getMinutes() === 0)).toBe(true);
    expect(starts.at(-1)).toEqual(new Date(2026, 10, 28));
  });

  it('of a year has twelve months, its records the last hundred days', () => {
    const span = spanOf('year', NOW);
    expect(span.starts).toHaveLength(12);
    expect(span.from).toEqual(new Date(2025, 11, 1));
    expect(Date.parse(recordsOf(span)['from'] ?? '')).toBe(span.to.getTime() - 100 * 86_400_000);
  });
});

describe('spending', () => {
  const span = spanOf('week', NOW);
  const [first, second] = span.starts as [Date, Date];

  it('is summed in whole micro-credits, far beyond what a number holds', () => {
    const huge = '9007199254740993';
    const spending = spendingOf([row(first, huge, 'a'), row(second, '1', 'a'), row(second, '2', 'b')], span.starts);
    expect(spending.micro).toBe(9007199254740996n);
    expect(spending.columns.map((column) => column.micro)).toEqual([9007199254740993n, 3n, 0n, 0n, 0n, 0n, 0n]);
    expect(spending.columns[1]?.parts).toEqual([1n, 2n]);
    expect(spending.streams).toBe(3);
  });

  it('names the largest models, and the rest as one', () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((model, at) => row(first, String(100 - at), model));
    const spending = spendingOf([...rows, row(second, '7')], span.starts);
    expect(spending.models.map((one) => one.model)).toEqual(['a', 'b', 'c', 'd', 'e', OTHERS]);
    expect(spending.models.at(-1)?.micro).toBe(95n + 94n + 7n);
    expect(spending.columns[0]?.parts).toEqual([100n, 99n, 98n, 97n, 96n, 95n + 94n]);
    expect(spending.models.reduce((sum, one) => sum + one.micro, 0n)).toBe(spending.micro);
  });

  it('is nothing where nothing was spent', () => {
    expect(spendingOf([], span.starts)).toMatchObject({ micro: 0n, streams: 0, models: [] });
  });

  it.each([
    [0n, 1n],
    [1n, 1n],
    [3n, 5n],
    [10n, 10n],
    [11n, 20n],
    [199_999n, 200_000n],
    [500_001n, 1_000_000n],
  ])('of %i at most is drawn up to %i', (most, top) => expect(ceiling(most)).toBe(top));

  it('becomes a length only in the end', () => {
    expect(pixels(1n, 4n, 200)).toBe(50);
    expect(pixels(5n, 0n, 200)).toBe(0);
    expect(pixels(9007199254740993n, 9007199254740993n, 80)).toBe(80);
  });

  it('is told to those who do not see the chart', () => {
    const spending = spendingOf([row(span.starts.at(-1) as Date, '1500', 'demo-1'), row(span.starts.at(-1) as Date, '20', 'b')], span.starts);
    const chart = renderToStaticMarkup(<SpendChart spending={spending} span={span} />);
    expect(chart).toContain('role="slider"');
    expect(chart).toContain('aria-valuetext="Nov 28: 0.00152 credits, 2 answers (demo-1 0.0015, b 0.00002)"');
    expect(chart).toContain('aria-hidden="true"');
    const models = renderToStaticMarkup(<Models spending={spending} />);
    expect(models).toContain('<th scope="row">');
    expect(models).toContain('0.001500');
  });

  it('stands in a table, line by line', () => {
    const table = renderToStaticMarkup(<FigureTable rows={[row(first, '24', 'demo-1'), row(second, '5')]} span={span} />);
    expect(table).toContain('0.000024');
    expect(table).toContain('unnamed');
    expect(table.match(/data-testid="figure-row"/g)).toHaveLength(2);
  });
});

describe('the runway', () => {
  const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);

  it.each([
    ['10000000', [], 'No end in sight', false],
    ['0', [], 'Used up', true],
    ['0', [row(hoursAgo(3), '10')], 'Used up', true],
    // 7 credits in 7 days
    ['7000000', [row(hoursAgo(167), '7000000')], '7 days', false],
    ['1000000', [row(hoursAgo(167), '7000000')], '24 hours', true],
    ['9007199254740993', [row(hoursAgo(167), '1')], 'over a century', false],
    // 2 credits in the 4 hours since the first use
    ['1000000', [row(hoursAgo(4), '2000000')], '2 hours', true],
    ['1000', [row(hoursAgo(4), '2000000')], 'less than an hour', true],
    // the very first answer counts as an hour of use
    ['3000000', [row(hoursAgo(0), '1000000')], '3 hours', true],
  ] as const)('of %s is as long as it was spent of late', (available, rows, words, short) => {
    expect(runwayOf(available, rows, NOW)).toMatchObject({ words, short });
  });

  it('says at which rate', () => {
    expect(runwayOf('7000000', [row(hoursAgo(167), '3500000'), row(hoursAgo(1), '3500000')], NOW).basis).toBe('at 1.00 a day, as in the last 7 days');
    expect(runwayOf('7000000', [row(hoursAgo(4), '1000000')], NOW).basis).toBe('at 6.00 a day, as in the last 4 hours');
    expect(runwayOf('7000000', [row(hoursAgo(0), '1000000')], NOW).basis).toBe('at 24.00 a day, as in the last hour');
  });
});

describe('what burns', () => {
  const about = (streamId: string) => ({ streamId, session: 's', agent: 'demo' });
  const used = (streamId: string, cost: string, more: object = {}) => ({
    ...about(streamId),
    tokens: { output: 5 },
    costMicro: cost,
    grantedMicro: '100',
    availableMicro: '900',
    settled: false,
    ...more,
  });
  const tell = (burns: Burns, ...payloads: readonly object[]): Burns => payloads.reduce<Burns>((before, payload, at) => heard(before, 'usage', payload, at), burns);

  it('begins, burns down, and ends at the bill', () => {
    let burns = heard([], 'started', about('a'), 0);
    expect(burns[0]).toMatchObject({ agent: 'demo', costMicro: '0', settled: false, points: [] });
    burns = tell(burns, used('a', '10'), used('a', '60'), used('a', '70', { grantedMicro: '70', availableMicro: '930', settled: true }));
    expect(burns[0]).toMatchObject({ costMicro: '70', settled: true, outputTokens: 5 });
    // Credit left, what is held and not used included, falls by exactly what was spent.
    expect(burns[0]?.points.map((point) => point.leftMicro)).toEqual([990n, 940n, 930n]);
  });

  it('is seen by who comes while it runs, and hears nothing behind the bill', () => {
    const burns = tell([], used('a', '10', { settled: true }));
    expect(burns).toHaveLength(1);
    expect(tell(burns, used('a', '9'))).toBe(burns);
  });

  it('takes nothing that makes no sense', () => {
    expect(heard([], 'usage', null, 0)).toEqual([]);
    expect(heard([], 'usage', { costMicro: '5' }, 0)).toEqual([]);
    expect(heard([], 'token', about('a'), 0)).toEqual([]);
    expect(tell([], used('a', 'much'))[0]?.costMicro).toBe('0');
  });

  it('keeps its bounds: streams, and points of a line', () => {
    let burns = tell([], used('ended', '5', { settled: true }));
    for (let at = 0; at < 20; at++) burns = tell(burns, used(`s${at}`, '1'));
    expect(burns).toHaveLength(12);
    expect(burns[0]?.streamId).toBe('s19');
    expect(burns.some((burn) => burn.streamId === 'ended')).toBe(false);
    for (let cost = 0; cost < 1_000; cost++) burns = tell(burns, used('s19', String(cost)));
    expect(burns[0]?.points.length).toBeLessThanOrEqual(241);
    expect(burns[0]?.points.at(-1)?.leftMicro).toBe(900n);
  });

  it('is said not to be heard of when nothing comes', () => {
    const [burn] = heard([], 'started', about('a'), 1_000);
    expect(burn && stateOf(burn, 1_000 + SILENT_MILLIS)).toBe('running');
    expect(burn && stateOf(burn, 1_001 + SILENT_MILLIS)).toBe('silent');
  });

  it('is told in words as well as lines', () => {
    const burns = tell([], used('a', '10'), used('a', '60'));
    const page = renderToStaticMarkup(<BurnList burns={burns} liveness="live" now={2} />);
    expect(page).toContain('1 answer is running');
    expect(page).toContain('Credit fell from 0.00099 to 0.00094');
    expect(renderToStaticMarkup(<BurnList burns={[]} liveness="live" now={2} />)).toContain('Nothing is running');
    expect(renderToStaticMarkup(<BurnList burns={[]} liveness="away" now={2} />)).toContain('Live updates are away');
  });
});

describe('the CSV', () => {
  const page = (text: string, link?: string) => new Response(text, { headers: link === undefined ? {} : { Link: link } });

  it('is every page under one header', async () => {
    const asked: string[] = [];
    const csv = await wholeCsv('/api/me/usage?limit=2&format=csv', async (path) => {
      asked.push(path);
      return asked.length === 1 ? page('h\r\na\r\nb\r\n', '<?account=alice&limit=2&format=csv&cursor=c1>; rel="next"') : page('h\r\nc\r\n');
    });
    expect(csv).toEqual({ text: 'h\r\na\r\nb\r\nc\r\n', lines: 3, cut: false });
    expect(asked[1]).toBe('/api/me/usage?limit=2&format=csv&cursor=c1');
  });

  it('says when it does not end', async () => {
    const csv = await wholeCsv('/x', async () => page('h\r\na\r\n', '<?cursor=again>; rel="next"'));
    expect(csv.cut).toBe(true);
    expect(csv.lines).toBe(50);
  });

  it('fails with what the edge says', async () => {
    const refusal = new Response(JSON.stringify({ type: 'x/forbidden', detail: 'Not yours.' }), { status: 403 });
    await expect(wholeCsv('/x', async () => refusal)).rejects.toThrow('Not yours.');
  });

  it('knows the last page', () => expect(nextOf('<?a=b>; rel="prev"', '/x')).toBeNull());
});

describe('a signature', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as JsonWebKey), kid: 'k1' };
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jws = (kid: string, body: object): string => {
    const text = `${encoded({ alg: 'EdDSA', kid })}.${encoded(body)}`;
    return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
  };

  it('fits what was signed', async () => expect(await check(jws('k1', { a: 1 }), [jwk])).toEqual({ state: 'good', kid: 'k1' }));

  it('does not fit what was changed', async () => {
    const [head, , signature] = jws('k1', { a: 1 }).split('.');
    expect(await check(`${head}.${encoded({ a: 2 })}.${signature}`, [jwk])).toEqual({ state: 'bad' });
  });

  it('is no good with a key that was not published, or in nonsense', async () => {
    expect(await check(jws('k2', {}), [jwk])).toEqual({ state: 'bad' });
    expect(await check('nonsense', [jwk])).toEqual({ state: 'bad' });
  });

  it('is not said to be good where it cannot be checked', async () => {
    expect(await check(jws('k1', {}), [jwk], { importKey: () => Promise.reject(new Error('no Ed25519')) } as unknown as SubtleCrypto)).toEqual({ state: 'unchecked', kid: 'k1' });
  });
});
