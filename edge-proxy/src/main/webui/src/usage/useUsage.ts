import { useCallback, useMemo, useState } from 'react';
import { mine } from '../api/billing';
import type { UsagePage, UsageRow } from '../api/types';
import { useAsked, type Asked } from '../api/useAsked';
import { questionOf, spanOf, type Span, type SpanName } from './span';

/** Pages of 10,000 lines that one look takes; a span has at most 90 windows, so that is a great many models. */
const MOST_PAGES = 5;

export interface UsageNow {
  readonly span: Span;
  readonly asked: Asked<UsageReport>;
  /** Looks again, at a stretch that ends now. */
  renew(): void;
}

export interface UsageReport {
  readonly span: Span;
  readonly rows: readonly UsageRow[];
  /** Up to when everything settled is counted. */
  readonly countedTo: string;
}

/** Spend by window and model of the stretch that ends now. */
export function useUsage(name: SpanName, onSignedOut: () => void): UsageNow {
  const [since, setSince] = useState(() => Date.now());
  const span = useMemo(() => spanOf(name, new Date(since)), [name, since]);
  // Within the same stretch the figures stay on the page while they are asked for again.
  const key = JSON.stringify(questionOf(span));
  const question = useCallback((signal: AbortSignal) => allOf(JSON.parse(key) as Record<string, string>, span, signal), [key]);
  const asked = useAsked(question, onSignedOut);
  const { reload } = asked;
  const renew = useCallback(() => {
    setSince(Date.now());
    reload();
  }, [reload]);
  return { span, asked, renew };
}

async function allOf(question: Record<string, string>, span: Span, signal: AbortSignal): Promise<UsageReport> {
  const rows: UsageRow[] = [];
  let page: UsagePage = await mine.usage({ ...question, groupBy: 'model', limit: '10000' }, signal);
  rows.push(...page.rows);
  for (let read = 1; page.next !== undefined && read < MOST_PAGES; read++) {
    page = await mine.usage({ ...question, groupBy: 'model', limit: '10000', cursor: page.next }, signal);
    rows.push(...page.rows);
  }
  return { span, rows, countedTo: page.watermark.at };
}
