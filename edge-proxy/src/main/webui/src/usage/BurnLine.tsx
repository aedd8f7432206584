import { exact } from '../credits/money';
import type { BurnPoint } from './burns';
import { pixels } from './spending';
import { useWidth } from './useWidth';

const HEIGHT = 56;
const EDGE = 4;

/** The account's credit while a stream runs: a line that falls, between the most and the least that was seen. */
export function BurnLine({ points }: { readonly points: readonly BurnPoint[] }) {
  const [box, width] = useWidth<HTMLDivElement>(320);
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return <div ref={box} />;
  const most = points.reduce((found, point) => (point.leftMicro > found ? point.leftMicro : found), first.leftMicro);
  const least = points.reduce((found, point) => (point.leftMicro < found ? point.leftMicro : found), first.leftMicro);
  const x = (at: number): number => EDGE + ((at - first.at) / Math.max(1, last.at - first.at)) * (width - 2 * EDGE);
  const y = (left: bigint): number => EDGE + pixels(most - left, most - least, HEIGHT - 2 * EDGE);
  const line = points.map((point) => `${x(point.at).toFixed(1)} ${y(point.leftMicro).toFixed(1)}`).join('L');
  const seconds = Math.round((last.at - first.at) / 1000);
  return (
    <div ref={box} className="burn-line">
      <svg width={width} height={HEIGHT} role="img" aria-label={`Credit fell from ${exact(first.leftMicro.toString())} to ${exact(last.leftMicro.toString())} in ${seconds} seconds`}>
        <path className="burn-area" d={`M${x(first.at).toFixed(1)} ${HEIGHT}L${line}L${x(last.at).toFixed(1)} ${HEIGHT}z`} />
        <path className="burn-path" d={`M${line}`} />
        <circle className="burn-end" cx={x(last.at)} cy={y(last.leftMicro)} r="3.5" />
      </svg>
    </div>
  );
}
