import type { UsageRow } from '../api/types';
import { aligned } from '../credits/money';
import { label, type Span } from './span';
import { UNNAMED } from './spending';

/** The chart's figures, line by line: the same lines as in the CSV. */
export function FigureTable({ rows, span }: { readonly rows: readonly UsageRow[]; readonly span: Span }) {
  return (
    <details className="figures-behind">
      <summary data-testid="show-figures">Show the figures</summary>
      <div className="table-frame">
        <table className="data-table" data-testid="figures">
          <caption className="hidden">Credits spent by {span.window.toLowerCase()} and model</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Model</th>
              <th scope="col" className="figure">
                Answers
              </th>
              <th scope="col" className="figure">
                Tokens in
              </th>
              <th scope="col" className="figure">
                Tokens out
              </th>
              <th scope="col" className="figure">
                Credits
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.start} ${row.model ?? ''}`} data-testid="figure-row" data-start={row.start} data-model={row.model ?? ''} data-micro={row.chargeMicro}>
                <td>{label(new Date(row.start), span.window)}</td>
                <td>{row.model ?? UNNAMED}</td>
                <td className="figure">{row.streams}</td>
                <td className="figure">{row.tokens.input.toLocaleString('en-US')}</td>
                <td className="figure">{row.tokens.output.toLocaleString('en-US')}</td>
                <td className="figure">{aligned(row.chargeMicro)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
