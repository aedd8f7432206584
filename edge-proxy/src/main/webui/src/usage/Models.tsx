import { aligned } from '../credits/money';
import { pixels, type Spending } from './spending';

/** Spend by model: what the colours of the chart stand for, and how much each took. */
export function Models({ spending }: { readonly spending: Spending }) {
  const most = spending.models.reduce((found, one) => (one.micro > found ? one.micro : found), 0n);
  return (
    <table className="models" data-testid="models">
      <caption className="hidden">Credits spent by model</caption>
      <thead className="hidden">
        <tr>
          <th scope="col">Model</th>
          <th scope="col">Share</th>
          <th scope="col">Answers</th>
          <th scope="col">Credits</th>
        </tr>
      </thead>
      <tbody>
        {spending.models.map((one, index) => (
          <tr key={one.model} data-testid="model" data-model={one.model} data-micro={one.micro.toString()}>
            <th scope="row">
              <svg className="swatch" width="10" height="10" aria-hidden="true">
                <rect className={`fill-${index}`} width="10" height="10" rx="3" />
              </svg>
              {one.model}
            </th>
            <td className="models-bar">
              <svg width="100%" height="8" aria-hidden="true">
                <rect className="held-ground" width="100%" height="8" rx="4" />
                <rect className={`fill-${index}`} width={`${pixels(one.micro, most, 100).toFixed(2)}%`} height="8" rx="4" />
              </svg>
              <span className="hidden">{spending.micro > 0n ? `${Math.round(pixels(one.micro, spending.micro, 100))} %` : ''}</span>
            </td>
            <td className="figure soft">
              {one.streams} {one.streams === 1 ? 'answer' : 'answers'}
            </td>
            <td className="figure">{aligned(one.micro.toString())}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
