import { describe, expect, it } from 'vitest';
import { sessionHref, sessionOf } from '../src/app/route';
import { backoffMillis } from '../src/chat/backoff';
import { duration } from '../src/chat/figures';
import { cost, credits, level, steady } from '../src/credits/money';
import { ageOf } from '../src/sessions/when';

describe('amounts', () => {
  it.each([
    ['10000000', '10.00'],
    ['9999600', '9.9996'],
    ['9999949', '9.9999'],
    ['9999950', '10.00'],
    ['1234567890000', '1,234,567.89'],
    ['0', '0.00'],
    ['-1500000', '-1.50'],
  ])('%s micro-credits are %s credits', (micro, words) => expect(credits(micro)).toBe(words));

  it('never rounds a cost to nothing', () => {
    expect(cost('24')).toBe('0.000024');
    expect(cost('0')).toBe('0.00');
    expect(cost('412000')).toBe('0.412');
  });

  it('keeps the width of a figure that changes', () => {
    expect(['10000000', '9998000', '9500000', '9999600'].map(steady)).toEqual(['10.00', '9.9980', '9.5000', '9.9996']);
  });

  it('says when they run low', () => expect(['100000', '99999', '0'].map(level)).toEqual(['fine', 'low', 'empty']));
});

describe('times', () => {
  it.each([
    [423, '0.42 s'],
    [1_240, '1.2 s'],
    [12_400, '12 s'],
  ])('%i ms', (millis, words) => expect(duration(millis)).toBe(words));

  it('groups sessions by calendar day', () => {
    const now = new Date(2026, 10, 20, 9, 0);
    const ages = [new Date(2026, 10, 20, 1), new Date(2026, 10, 19, 23), new Date(2026, 10, 15), new Date(2026, 9, 1)];
    expect(ages.map((at) => ageOf(at.toISOString(), now))).toEqual(['Today', 'Yesterday', 'This week', 'Earlier']);
  });

  it('waits longer each time, never longer than the bound, never in step', () => {
    expect(backoffMillis(0, () => 0)).toBe(100);
    expect(backoffMillis(0, () => 1)).toBe(400);
    expect(backoffMillis(50, () => 1)).toBe(15_000);
  });
});

describe('addresses', () => {
  it('name a session', () => {
    expect(sessionOf(sessionHref('a b/ü'))).toBe('a b/ü');
    expect(sessionOf('#/s/')).toBeNull();
    expect(sessionOf('#/s/%E0%A4%A')).toBeNull();
  });
});
