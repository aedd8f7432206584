import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Markdown } from '../src/chat/Markdown';

const html = (text: string): string => renderToStaticMarkup(<Markdown text={text} />);

describe("an agent's markdown", () => {
  it.each([
    ['a script', '<script>alert(1)</script>', 'script'],
    ['an event handler', '<b onclick="alert(1)">b</b>', '<b'],
    ['a frame', '<iframe src="https://example.org"></iframe>', '<iframe'],
    ['a link that runs', '[x](javascript:alert(1))', 'javascript:'],
    ['a link that runs, hidden', '[x](java&#10;script:alert(1))', 'script:alert'],
    ['a data link', '[x](data:text/html,<b>x</b>)', 'data:text'],
  ])('never renders %s', (_, text, forbidden) => {
    const rendered = html(text).replaceAll(/&lt;.*?&gt;/g, '');
    expect(rendered).not.toContain(forbidden);
  });

  it('makes a picture a link, so that nothing is fetched', () => {
    const rendered = html('![a chart](https://example.org/x.png)');
    expect(rendered).not.toContain('<img');
    expect(rendered).toContain('href="https://example.org/x.png"');
    expect(rendered).toContain('a chart');
  });

  it('opens links elsewhere and says nothing of where they were found', () => {
    expect(html('[Weir](https://example.org)')).toContain('rel="noopener noreferrer nofollow"');
  });

  it('shows code with its language, also while its end is missing', () => {
    const rendered = html('Look:\n\n```java\nint x = 1 < 2 ? 3 : 4;');
    expect(rendered).toContain('<span>java</span>');
    expect(rendered).toContain('int x = 1 &lt; 2 ? 3 : 4;');
  });

  it.each([
    ['bold', 'First **Keep a', '<strong>Keep a</strong>'],
    ['italics', 'First *keep a', '<em>keep a</em>'],
    ['code', 'Call `stop(', '<code>stop(</code>'],
    ['a list that begins bold', '- **Ask.** Now\n- **Keep', '<strong>Keep</strong>'],
    ['a link', 'See [the guide](https://exam', 'See the guide'],
  ])('shows %s whose end has not come yet as what it becomes', (_, text, expected) => {
    expect(renderToStaticMarkup(<Markdown text={text} unfinished />)).toContain(expected);
  });

  it.each(['2 * 3 < 4 and a ~ b', 'snake_case_name', 'a <b', '```\n**x', '- > 25 items'])(
    'leaves %j as the finished text is read',
    (text) => expect(renderToStaticMarkup(<Markdown text={text} unfinished />)).toBe(html(text)),
  );

  it('knows tables', () => expect(html('| a | b |\n|---|---|\n| 1 | 2 |')).toContain('<td>1</td>'));
});
