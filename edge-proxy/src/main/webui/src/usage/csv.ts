import { send } from '../api/http';
import { problemOf } from '../api/problem';

/** Pages that one download takes, of 10,000 lines each. */
const MOST_PAGES = 50;

export interface Csv {
  readonly text: string;
  readonly lines: number;
  /** True where there is more than fits one download. */
  readonly cut: boolean;
}

/** All pages of a CSV as one file: the lines as metering wrote them, under one header. */
export async function wholeCsv(path: string, fetchPage = send): Promise<Csv> {
  const parts: string[] = [];
  let lines = 0;
  let at: string | null = path;
  for (let page = 0; at !== null && page < MOST_PAGES; page++) {
    const response: Response = await fetchPage(at);
    if (!response.ok) throw await problemOf(response);
    const text = await response.text();
    const body: string = page === 0 ? text : text.slice(text.indexOf('\r\n') + 2);
    parts.push(body);
    lines += body.split('\r\n').length - (page === 0 ? 2 : 1);
    at = nextOf(response.headers.get('Link'), path);
  }
  return { text: parts.join(''), lines, cut: at !== null };
}

/** The next page that a `Link` header names: its query string alone, so that it holds behind any path. */
export function nextOf(link: string | null, path: string): string | null {
  const found = /<\?([^>]*)>;\s*rel="next"/.exec(link ?? '')?.[1];
  if (found === undefined) return null;
  // Whose usage it is says the session, not the address: the edge puts the account in by itself.
  const query = new URLSearchParams(found);
  query.delete('account');
  return `${path.split('?')[0]}?${query}`;
}

/** Hands a file to the person. */
export function save(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
