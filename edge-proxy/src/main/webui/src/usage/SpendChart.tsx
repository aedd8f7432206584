import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { cost, exact } from '../credits/money';
import { label, type Span } from './span';
import { ceiling, pixels, type Column, type Spending } from './spending';
import { useWidth } from './useWidth';

const HEIGHT = 200;
const TOP = 10;
const BOTTOM = 22;
const LETTER = 6.6;
const LABEL_SPACE = 64;

interface Props {
  readonly spending: Spending;
  readonly span: Span;
}

/**
 * Spend over time as stacked columns. The chart is one control: arrow keys, or pointing, choose a window, which is read out
 * and shown below it. The same figures are in a table behind "Show the figures".
 */
export function SpendChart({ spending, span }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(640);
  const [chosen, choose] = useState<number | null>(null);
  const { columns } = spending;
  const at = Math.min(chosen ?? columns.length - 1, columns.length - 1);
  const column = columns[at];

  const most = columns.reduce((found, one) => (one.micro > found ? one.micro : found), 0n);
  const top = ceiling(most > 0n ? most : 1n);
  const ticks = [...new Set([top, top / 2n, 0n])];
  const left = Math.max(...ticks.map((tick) => cost(tick.toString()).length)) * LETTER + 10;
  const step = (width - left) / Math.max(1, columns.length);
  const y = (micro: bigint): number => HEIGHT - BOTTOM - pixels(micro, top, HEIGHT - BOTTOM - TOP);
  const every = Math.max(1, Math.ceil((LABEL_SPACE * 1.3) / step));
  // Narrow columns: the newest label ends where the picture does, and the one before keeps its distance.
  const narrow = step < LABEL_SPACE / 2;

  const onKey = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: columns.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(columns.length - 1, to)));
  };
  const onPoint = (event: PointerEvent<SVGSVGElement>): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - left;
    choose(Math.max(0, Math.min(columns.length - 1, Math.floor(x / step))));
  };

  return (
    <figure className="chart" data-testid="spend-chart" data-micro={spending.micro.toString()}>
      <div
        ref={box}
        className="chart-box"
        role="slider"
        tabIndex={0}
        aria-label={`Credits spent by ${span.window.toLowerCase()}; arrow keys move`}
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, columns.length)}
        aria-valuenow={at + 1}
        aria-valuetext={column === undefined ? 'nothing' : readout(column, spending, span)}
        onKeyDown={onKey}
      >
        <svg width={width} height={HEIGHT} aria-hidden="true" onPointerMove={onPoint} onPointerDown={onPoint} onPointerLeave={() => choose(null)}>
          {ticks.map((tick) => (
            <g key={tick.toString()}>
              <line className={tick === 0n ? 'chart-floor' : 'chart-rule'} x1={left} x2={width} y1={y(tick)} y2={y(tick)} />
              <text className="chart-text" x={left - 6} y={y(tick) + 4} textAnchor="end">
                {tick === 0n ? '0' : cost(tick.toString())}
              </text>
            </g>
          ))}
          {chosen !== null && <rect className="chart-chosen" x={left + at * step} width={step} y={TOP} height={HEIGHT - BOTTOM - TOP} />}
          {columns.map((one, index) => (
            <Stack key={one.start.getTime()} column={one} x={left + index * step} width={step} y={y} />
          ))}
          {columns.map(
            (one, index) =>
              // Counted from the end: the newest window is the one that matters.
              (columns.length - 1 - index) % every === 0 && (
                <text key={one.start.getTime()} className="chart-text" x={Math.max(left + LABEL_SPACE / 4, left + (index + 0.5) * step)} y={HEIGHT - 5} textAnchor={narrow && index === columns.length - 1 ? 'end' : 'middle'} dx={narrow && index === columns.length - 1 ? step / 2 : 0}>
                  {label(one.start, span.window)}
                </text>
              ),
          )}
        </svg>
      </div>
      <figcaption className="chart-readout" aria-hidden="true">
        {column === undefined ? '' : readout(column, spending, span)}
      </figcaption>
    </figure>
  );
}

function Stack({ column, x, width, y }: { readonly column: Column; readonly x: number; readonly width: number; readonly y: (micro: bigint) => number }) {
  const gap = Math.min(6, Math.max(1, width * 0.18));
  let below = 0n;
  return (
    <g>
      {column.parts.map((part, model) => {
        if (part <= 0n) return null;
        const bottom = y(below);
        below += part;
        // Never so small that a model which cost something is not seen.
        const height = Math.max(1.5, bottom - y(below));
        return <rect key={model} className={`fill-${model}`} x={x + gap / 2} width={Math.max(1, width - gap)} y={bottom - height} height={height} rx={Math.min(2, width / 6)} />;
      })}
    </g>
  );
}

function readout(column: Column, spending: Spending, span: Span): string {
  const parts = column.parts
    .map((part, model) => [spending.models[model]?.model ?? '', part] as const)
    .filter(([, part]) => part > 0n)
    .map(([model, part]) => `${model} ${exact(part.toString())}`);
  const detail = parts.length > 1 ? ` (${parts.join(', ')})` : '';
  return `${label(column.start, span.window)}: ${exact(column.micro.toString())} credits, ${column.streams} ${column.streams === 1 ? 'answer' : 'answers'}${detail}`;
}
