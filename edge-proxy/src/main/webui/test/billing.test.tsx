import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Audit, Grant, Invariant, PriceVersion, Rates, UsageRow } from '../src/api/types';
import { pageHref, pageOf } from '../src/app/route';
import { standing, verdict } from '../src/billing/audit';
import { GrantTable } from '../src/billing/GrantTable';
import { byName, charge, perMillion, typicalOf } from '../src/billing/price';
import { PriceForm } from '../src/billing/PriceForm';
import { aligned, exact, parseCredits } from '../src/credits/money';
import { KeyTable } from '../src/keys/KeyTable';

const rates: Rates = { inputNano: 500, cachedNano: 50, cacheWriteNano: 600, outputNano: 2_000, reasoningNano: 2_500, requestMicro: '3' };
const tokens = { input: 1_000, cached: 200, cacheWrite: 100, output: 500, reasoning: 50 };
const version = (name: string, number: number, more: Partial<PriceVersion> = {}): PriceVersion => ({ ...rates, name, version: number, createdAt: '2026-11-20T12:00:00Z', createdBy: 'admin', ...more });

describe('amounts that people type', () => {
  it.each([
    ['12.5', '12500000'],
    [' 0.000001 ', '1'],
    ['999999999999', '999999999999000000'],
    ['1,5', null],
    ['-1', null],
    ['1e3', null],
    ['0.0000001', null],
    ['', null],
  ])('%s', (text, micro) => expect(parseCredits(text)).toBe(micro));

  it('are shown to the last digit', () => {
    expect(exact('9007199254740993')).toBe('9,007,199,254.740993');
    expect(aligned('2240')).toBe('0.002240');
    expect(aligned('25000000')).toBe('25.000000');
  });
});

describe('a price', () => {
  it('is charged as metering does it: once, rounded up', () => {
    // 700 × 500 + 200 × 50 + 100 × 600 + 450 × 2000 + 50 × 2500 = 1,445,000 nano
    expect(charge(rates, tokens)).toBe('1448');
    expect(charge(rates, { input: 1, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 })).toBe('4');
    expect(charge(rates, { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 })).toBe('0');
  });

  it('is said for a million tokens', () => expect([0, 1, 500, 1_000_000_000].map(perMillion)).toEqual(['0.00', '0.001', '0.50', '1,000,000.00']));

  it('has its newest version first, and people’s own keys last', () => {
    const book = byName([version('byok', 0), version('default', 1), version('default', 3), version('default', 2)]);
    expect(book.map((history) => [history.name, history.versions.map((one) => one.version)])).toEqual([
      ['default', [3, 2, 1]],
      ['byok', [0]],
    ]);
  });

  it('is previewed with the mean of what was answered', () => {
    const row = (streams: number, output: number): UsageRow => ({ start: '', streams, tokens: { input: 10 * streams, cached: 0, cacheWrite: 0, output, reasoning: 0 }, chargeMicro: '0', receivableMicro: '0' });
    expect(typicalOf([row(3, 100), row(1, 300)])).toEqual({ answers: 4, tokens: { input: 10, cached: 0, cacheWrite: 0, output: 100, reasoning: 0 } });
    expect(typicalOf([]).answers).toBe(0);
    const form = renderToStaticMarkup(
      <PriceForm name="default" before={version('default', 1)} typical={{ tokens, answers: 4 }} busy={false} onSet={() => {}} onCancel={() => {}} />,
    );
    expect(form).toContain('data-micro="1448"');
    expect(form).toContain('Set version 2');
    expect(form).toContain('The mean of 4 answers');
  });
});

describe('the audit', () => {
  const line = (more: Partial<Invariant>): Invariant => ({ id: 'I1', statement: 's', ...more });
  const audit = (...invariants: Invariant[]): Audit => ({ checkedAt: '2026-11-20T12:00:00Z', overspentEverMicro: '0', invariants });

  it.each([
    [{ violations: 0 }, 'holds'],
    [{ violations: 0, state: 'checked' }, 'holds'],
    [{ violations: 2, state: 'checked' }, 'violated'],
    [{ state: 'skipped', detail: 'the relay is away' }, 'skipped'],
    [{ violations: 0, state: 'skipped' }, 'skipped'],
    [{ violations: 0, state: 'something new' }, 'skipped'],
  ] as const)('reads %j as %s', (more, state) => expect(standing(line(more))).toBe(state));

  it('is summed up, and what was not looked at is never said to hold', () => {
    expect(verdict(audit(line({ violations: 0 }), line({ violations: 0 })))).toEqual({ well: true, words: 'All 2 invariants hold.' });
    expect(verdict(audit(line({ violations: 0 }), line({ state: 'skipped' })))).toEqual({ well: true, words: '1 of 2 invariants hold; 1 could not be checked.' });
    expect(verdict(audit(line({ violations: 3 })))).toMatchObject({ well: false });
    expect(verdict({ ...audit(line({ violations: 0 })), overspentEverMicro: '1' })).toMatchObject({ well: false });
    expect(verdict({ ...audit(line({ violations: 0 })), chain: { sealedUpTo: 9, verifiedUpTo: 4, brokenAt: 5 } })).toMatchObject({ well: false });
  });
});

describe('tables', () => {
  const grant: Grant = { grantId: 'g', state: 'active', amountMicro: '5000000', remainingMicro: '4999990', spentMicro: '10', lapsedMicro: '0', rolledMicro: '0', kind: 'purchased', priority: 100, effectiveAt: '2026-11-20T12:00:00Z', grantedBy: 'admin', grantedAt: '2026-11-20T12:00:00Z' };

  it('let admins take back what still counts, and billing read', () => {
    const grants = [grant, { ...grant, grantId: 'h', state: 'voided' as const }];
    const table = (admin: boolean): string => renderToStaticMarkup(<GrantTable grants={grants} admin={admin} busy={false} onVoid={() => {}} />);
    expect(table(true).match(/data-testid="void"/g)).toHaveLength(1);
    expect(table(false)).not.toContain('data-testid="void"');
    expect(table(false)).toContain('4.999990');
  });

  it('tell expired keys from others', () => {
    const key = { keyId: 'k', name: 'nightly', hint: 'wk_abc', scopes: ['chat' as const], createdAt: '2026-01-01T00:00:00Z' };
    const table = renderToStaticMarkup(<KeyTable keys={[key, { ...key, keyId: 'l', expiresAt: '2026-01-02T00:00:00Z' }]} busy={false} onDelete={() => {}} />);
    expect(table.match(/expired/g)).toHaveLength(1);
    expect(table).toContain('Delete the key nightly');
  });
});

describe('addresses', () => {
  it('name a page and what is open on it', () => {
    expect(['#/usage', '#/billing/accounts/a%2Fb', '#/machines', '#/billings', '#/s/x', ''].map(pageOf)).toEqual(['usage', 'billing', 'machines', null, null, null]);
    expect(pageHref('billing', 'prices')).toBe('#/billing/prices');
  });
});
