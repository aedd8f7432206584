import { memo, useRef, type ComponentPropsWithoutRef } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remend, { type RemendOptions } from 'remend';
import { CopyButton } from '../ui/CopyButton';

function Code({ children, ...rest }: ComponentPropsWithoutRef<'pre'>) {
  const box = useRef<HTMLPreElement>(null);
  const language = languageOf(children);
  return (
    <figure className="code">
      <figcaption>
        <span>{language ?? 'code'}</span>
        <CopyButton text={() => box.current?.textContent?.replace(/\n$/, '') ?? ''} label="Copy this code" />
      </figcaption>
      <pre {...rest} ref={box} tabIndex={0}>
        {children}
      </pre>
    </figure>
  );
}

function languageOf(children: unknown): string | undefined {
  const props = (children as { props?: { className?: unknown } } | null)?.props;
  return typeof props?.className === 'string' ? /language-([\w+#-]+)/.exec(props.className)?.[1] : undefined;
}

const COMPONENTS: Components = {
  pre: ({ node: _, ...rest }) => <Code {...rest} />,
  a: ({ node: _, ...rest }) => <a {...rest} target="_blank" rel="noopener noreferrer nofollow" />,
  // An agent's text must not make the page fetch anything: a picture is a link to it.
  img: ({ src, alt }) => (
    <a href={typeof src === 'string' ? src : undefined} target="_blank" rel="noopener noreferrer nofollow">
      {alt || 'picture'}
    </a>
  ),
  table: ({ node: _, ...rest }) => (
    <div className="table" tabIndex={0} role="region" aria-label="Table">
      <table {...rest} />
    </div>
  ),
};

/** Only what the finished text will be read as as well: the rest would jump when its end comes. */
const UNFINISHED: RemendOptions = {
  linkMode: 'text-only',
  comparisonOperators: false,
  htmlTags: false,
  katex: false,
  singleTilde: false,
};

interface Props {
  readonly text: string;
  /** More text follows: emphasis, code and links that have begun are shown as if they ended here. */
  readonly unfinished?: boolean;
}

/** An agent's markdown. Raw HTML is never rendered, and what is left is sanitised. */
export const Markdown = memo(function Markdown({ text, unfinished = false }: Props) {
  return (
    <ReactMarkdown remarkPlugins={[remarkGfm]} rehypePlugins={[rehypeSanitize]} components={COMPONENTS}>
      {unfinished ? remend(text, UNFINISHED) : text}
    </ReactMarkdown>
  );
});
