import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { mine } from '../api/billing';
import { SignedOut } from '../api/problem';
import type { Me } from '../api/types';
import { useAsked, wordsOf } from '../api/useAsked';
import { exact } from '../credits/money';
import { Keys } from '../keys/Keys';
import { Skeletons } from '../ui/Skeletons';
import { Trouble } from '../ui/Trouble';
import { BurnList } from './BurnList';
import { save, wholeCsv } from './csv';
import { FigureTable } from './FigureTable';
import { Models } from './Models';
import { ReceiptList } from './ReceiptList';
import { DAYS_OF_LATE, runwayOf } from './runway';
import { moment, questionOf, SPANS, type Span, type SpanName } from './span';
import { SpendChart } from './SpendChart';
import { spendingOf } from './spending';
import { useBurns } from './useBurns';
import { useUsage } from './useUsage';

/** Usage counts what was settled about two seconds ago: after a bill the page looks when that should be, and again. */
const LOOK_AFTER_MILLIS = [2_000, 5_000, 15_000] as const;
const QUARTER_OF_HOUR = 900_000;

interface Props {
  readonly me: Me;
  readonly realtimeKey: string;
  readonly availableMicro: string | null;
  readonly onCredits: (availableMicro: string | null) => void;
  readonly onSignedOut: () => void;
}

/** What this account used, what runs, how long its credit lasts; its receipts and keys. */
export function Usage({ me, realtimeKey, availableMicro, onCredits, onSignedOut }: Props) {
  const [name, setName] = useState<SpanName>('month');
  const { span, asked, renew } = useUsage(name, onSignedOut);
  const late = useAsked(useCallback((signal: AbortSignal) => mine.usage(ofLate(new Date()), signal), []), onSignedOut);
  const [settled, setSettled] = useState(0);

  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  const lookAgain = useCallback(() => {
    timers.current.forEach(clearTimeout);
    timers.current = new Set(
      LOOK_AFTER_MILLIS.map((millis) =>
        setTimeout(() => {
          renew();
          late.reload();
          setSettled((count) => count + 1);
        }, millis),
      ),
    );
  }, [renew, late.reload]);
  useEffect(() => () => timers.current.forEach(clearTimeout), []);
  const burns = useBurns(me.account, realtimeKey, onCredits, lookAgain);

  const report = asked.value;
  const spending = useMemo(() => (report === null ? null : spendingOf(report.rows, report.span.starts)), [report]);
  const runway = availableMicro === null || late.value === null ? null : runwayOf(availableMicro, late.value.rows, new Date());

  return (
    <div className="page" data-testid="usage">
      <dl className="figures">
        <div>
          <dt>Available</dt>
          <dd data-testid="available">{availableMicro === null ? '…' : exact(availableMicro)}</dd>
        </div>
        <div className={runway?.short ? 'figure-short' : undefined}>
          <dt>Lasts</dt>
          <dd data-testid="runway">{runway?.words ?? '…'}</dd>
          <dd className="soft">{runway?.basis ?? ''}</dd>
        </div>
        <div>
          <dt>Spent in {SPANS[name]}</dt>
          <dd data-testid="spent" data-micro={spending?.micro.toString()}>
            {spending === null ? '…' : exact(spending.micro.toString())}
          </dd>
          <dd className="soft">{spending === null ? '' : `${spending.streams.toLocaleString('en-US')} ${spending.streams === 1 ? 'answer' : 'answers'}`}</dd>
        </div>
      </dl>

      <BurnList {...burns} />

      <section className="card" aria-labelledby="spend-title" aria-busy={asked.loading}>
        <div className="card-head">
          <h2 id="spend-title" className="card-title">
            Spend
          </h2>
          <Spans name={name} onName={setName} />
        </div>
        {asked.trouble !== null && <Trouble text={asked.trouble} onRetry={renew} />}
        {spending === null && asked.trouble === null && <Skeletons what="What was spent" />}
        {spending !== null && report !== null && spending.streams === 0 && (
          <p className="soft" data-testid="nothing-spent">
            Nothing was spent in this time.
          </p>
        )}
        {spending !== null && report !== null && spending.streams > 0 && (
          <>
            <SpendChart spending={spending} span={report.span} />
            <Models spending={spending} />
            <FigureTable rows={report.rows} span={report.span} />
          </>
        )}
        <Downloads span={span} countedTo={report?.countedTo ?? null} onSignedOut={onSignedOut} />
      </section>

      <ReceiptList span={span} settled={settled} onSignedOut={onSignedOut} />
      <Keys onSignedOut={onSignedOut} />
    </div>
  );
}

function ofLate(now: Date): Record<string, string> {
  const to = (Math.floor(now.getTime() / QUARTER_OF_HOUR) + 1) * QUARTER_OF_HOUR;
  const from = to - DAYS_OF_LATE * 24 * 3_600_000;
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), window: 'HOUR' };
}

function Spans({ name, onName }: { readonly name: SpanName; readonly onName: (name: SpanName) => void }) {
  return (
    <fieldset className="segments" data-testid="spans">
      <legend className="hidden">Time that is shown</legend>
      {(Object.keys(SPANS) as SpanName[]).map((one) => (
        <label key={one}>
          <input type="radio" name="span" value={one} checked={one === name} onChange={() => onName(one)} />
          <span>{SPANS[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Downloads({ span, countedTo, onSignedOut }: { readonly span: Span; readonly countedTo: string | null; readonly onSignedOut: () => void }) {
  const [note, setNote] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const download = (path: string, file: string): void => {
    setBusy(true);
    wholeCsv(path)
      .then(
        (csv) => {
          save(csv.text, file, 'text/csv');
          setNote(csv.cut ? `The first ${csv.lines.toLocaleString('en-US')} lines. Choose a shorter time for the rest.` : null);
        },
        (failure: unknown) => (failure instanceof SignedOut ? onSignedOut() : setNote(wordsOf(failure))),
      )
      .finally(() => setBusy(false));
  };
  const day = span.to.toISOString().slice(0, 10);
  const sums = mine.csvPath('usage', { ...questionOf(span), groupBy: 'model', limit: '10000' });
  const records = mine.csvPath('usage/records', { from: span.from.toISOString(), to: span.to.toISOString(), limit: '10000' });

  return (
    <div className="card-foot">
      <button type="button" className="button button-quiet small-button" data-testid="csv" disabled={busy} onClick={() => download(sums, `usage-${span.name}-${day}.csv`)}>
        Download these figures (CSV)
      </button>
      {span.name !== 'year' && (
        <button type="button" className="button button-quiet small-button" data-testid="csv-records" disabled={busy} onClick={() => download(records, `answers-${span.name}-${day}.csv`)}>
          Download each answer (CSV)
        </button>
      )}
      <span className="soft" role="status">
        {note ?? (countedTo === null ? '' : `Counted up to ${moment(countedTo)}.`)}
      </span>
    </div>
  );
}
