import { useCallback, useEffect, useState } from 'react';
import { mine } from '../api/billing';
import type { UsageRecord } from '../api/types';
import { useAsked } from '../api/useAsked';
import { aligned, exact } from '../credits/money';
import { Skeletons } from '../ui/Skeletons';
import { Trouble } from '../ui/Trouble';
import { ReceiptDialog } from './ReceiptDialog';
import { moment, recordsOf, shortMoment, type Span } from './span';

const PAGE_SIZE = '10';

function modelOf(record: UsageRecord): string {
  return `${record.model ?? record.agent}${record.late ? ' (late)' : ''}`;
}

interface Props {
  readonly span: Span;
  /** Changes when there may be new ones. */
  readonly settled: number;
  readonly onSignedOut: () => void;
}

/** Settled answers, newest first, a page at a time; each opens its receipt. */
export function ReceiptList({ span, settled, onSignedOut }: Props) {
  const key = JSON.stringify(recordsOf(span));
  // Cursors of the pages before this one; a cursor belongs to its question.
  const [trail, setTrail] = useState<{ readonly key: string; readonly cursors: readonly string[] }>({ key, cursors: [] });
  const cursors = trail.key === key ? trail.cursors : [];
  const cursor = cursors.at(-1);
  const [open, setOpen] = useState<string | null>(null);

  const question = useCallback(
    (signal: AbortSignal) =>
      mine.records(
        { ...(JSON.parse(key) as Record<string, string>), order: 'newest', limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) },
        signal,
      ),
    [key, cursor],
  );
  const { value, trouble, loading, reload } = useAsked(question, onSignedOut);
  useEffect(() => {
    if (settled > 0) reload();
  }, [settled, reload]);

  const records = value?.records ?? [];
  const next = value?.next;
  return (
    <section className="card" aria-labelledby="receipts-title" aria-busy={loading} data-testid="receipts">
      <h2 id="receipts-title" className="card-title">
        Receipts
      </h2>
      {span.name === 'year' && <p className="soft">Of the last 100 days.</p>}
      {trouble !== null && <Trouble text={trouble} onRetry={reload} />}
      {value === null && trouble === null && <Skeletons what="The list of receipts" />}
      {value !== null && records.length === 0 && <p className="soft">No answer was settled in this time.</p>}
      {records.length > 0 && (
        <div className="table-frame">
          <table className="data-table">
            <caption className="hidden">Settled answers, newest first</caption>
            <thead>
              <tr>
                <th scope="col">Settled</th>
                <th scope="col" className="wide-only">
                  Model
                </th>
                <th scope="col" className="wide-only">
                  Ended
                </th>
                <th scope="col" className="figure wide-only">
                  Tokens
                </th>
                <th scope="col" className="figure">
                  Credits
                </th>
                <th scope="col">
                  <span className="hidden">Receipt</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {records.map((record) => (
                <tr key={record.number} data-testid="receipt-row" data-stream={record.stream} data-micro={record.chargeMicro}>
                  <td>
                    {shortMoment(record.at)}
                    <span className="row-sub narrow-only">{modelOf(record)}</span>
                  </td>
                  <td className="wide-only">{modelOf(record)}</td>
                  <td className="wide-only">{record.endReason.replaceAll('_', ' ')}</td>
                  <td className="figure wide-only">
                    {(record.tokens.input + record.tokens.output).toLocaleString('en-US')}
                  </td>
                  <td className="figure">{aligned(record.chargeMicro)}</td>
                  <td className="row-action">
                    <button
                      type="button"
                      className="button button-quiet small-button"
                      data-testid="open-receipt"
                      aria-label={`Receipt of ${moment(record.at)}, ${exact(record.chargeMicro)} credits`}
                      onClick={() => setOpen(record.stream)}
                    >
                      Open
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(cursors.length > 0 || next !== undefined) && (
        <div className="pager">
          <button type="button" className="button button-quiet small-button" data-testid="newer" disabled={cursors.length === 0} onClick={() => setTrail({ key, cursors: cursors.slice(0, -1) })}>
            Newer
          </button>
          <span className="soft">Page {cursors.length + 1}</span>
          <button
            type="button"
            className="button button-quiet small-button"
            data-testid="older-receipts"
            disabled={next === undefined}
            onClick={() => next !== undefined && setTrail({ key, cursors: [...cursors, next] })}
          >
            Older
          </button>
        </div>
      )}
      {open !== null && <ReceiptDialog stream={open} onClose={() => setOpen(null)} onSignedOut={onSignedOut} />}
    </section>
  );
}
