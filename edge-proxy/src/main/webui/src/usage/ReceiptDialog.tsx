import { useCallback, useEffect, useRef } from 'react';
import { mine } from '../api/billing';
import { Problem } from '../api/problem';
import type { Receipt } from '../api/types';
import { useAsked } from '../api/useAsked';
import { exact } from '../credits/money';
import { CrossIcon, PrintIcon } from '../ui/icons';
import { Skeletons } from '../ui/Skeletons';
import { Trouble } from '../ui/Trouble';
import { save } from './csv';
import { check, type Signature } from './signature';
import { moment } from './span';

interface Props {
  readonly stream: string;
  readonly onClose: () => void;
  readonly onSignedOut: () => void;
}

interface Signed {
  readonly jws: string | null;
  readonly signature: Signature | { readonly state: 'settling' };
}

/** One receipt: what it says, whether metering signed it, and ways to keep it. */
export function ReceiptDialog({ stream, onClose, onSignedOut }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // The browser keeps the focus inside, closes on Escape, and gives the focus back.
    dialog.current?.showModal();
  }, []);

  const receipt = useAsked(useCallback((signal: AbortSignal) => mine.receipt(stream, signal), [stream]), onSignedOut);
  const signed = useAsked(useCallback((signal: AbortSignal) => signedOf(stream, signal), [stream]), onSignedOut);
  const jws = signed.value?.jws ?? null;

  return (
    <dialog ref={dialog} className="sheet" aria-labelledby="receipt-title" data-testid="receipt" onClose={onClose}>
      <div className="sheet-head">
        <h2 id="receipt-title">Receipt</h2>
        <button type="button" className="icon-button" aria-label="Close" data-testid="close-receipt" onClick={() => dialog.current?.close()}>
          <CrossIcon />
        </button>
      </div>
      {receipt.trouble !== null && <Trouble text={receipt.trouble} onRetry={receipt.reload} />}
      {receipt.value === null && receipt.trouble === null && <Skeletons what="The receipt" />}
      {receipt.value !== null && <Facts receipt={receipt.value} />}
      <p className="signature" role="status" data-testid="signature" data-state={signed.value?.signature.state ?? (signed.trouble === null ? 'asking' : 'unknown')}>
        {signed.value !== null ? <SignatureWords signature={signed.value.signature} /> : (signed.trouble ?? 'Checking the signature …')}
      </p>
      <div className="sheet-actions">
        <a className="button" href={mine.receiptPage(stream)} target="_blank" rel="noopener" data-testid="print-receipt">
          <PrintIcon /> Page to print
        </a>
        <button type="button" className="button button-quiet" disabled={jws === null} onClick={() => jws !== null && save(jws, `receipt-${stream}.jws`, 'application/jose')}>
          Signed copy
        </button>
      </div>
    </dialog>
  );
}

async function signedOf(stream: string, signal: AbortSignal): Promise<Signed> {
  try {
    const [jws, keys] = await Promise.all([mine.signed(stream, signal), mine.receiptKeys(signal)]);
    return { jws, signature: await check(jws, keys.keys) };
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 409) return { jws: null, signature: { state: 'settling' } };
    throw failure;
  }
}

function SignatureWords({ signature }: { readonly signature: Signed['signature'] }) {
  switch (signature.state) {
    case 'good':
      return (
        <>
          <span className="state">Signature checked</span> This is what was signed with the key <code>{signature.kid}</code>.
        </>
      );
    case 'bad':
      return (
        <>
          <span className="state state-bad">Signature does not fit</span> None of the published keys has signed this. Report it.
        </>
      );
    case 'unchecked':
      return (
        <>
          <span className="state state-quiet">Signed</span> This browser cannot check it; the signed copy can be checked offline.
        </>
      );
    case 'settling':
      return (
        <>
          <span className="state state-quiet">Not signed yet</span> It will be once the answer is settled.
        </>
      );
  }
}

function Facts({ receipt }: { readonly receipt: Receipt }) {
  const { tokens } = receipt;
  const facts: readonly (readonly [string, string])[] = [
    ['Charge', `${exact(receipt.chargeMicro)} credits`],
    ...(BigInt(receipt.receivableMicro) > 0n ? ([['Not payable', `${exact(receipt.receivableMicro)} credits`]] as const) : []),
    ['Model', receipt.model ?? receipt.agent],
    ['Started', moment(receipt.startedAt)],
    ['Ended', receipt.endedAt === undefined ? 'still open' : moment(receipt.endedAt)],
    ['End', `${(receipt.endReason ?? receipt.state).replaceAll('_', ' ')}${receipt.cutOff ? ', cut off' : ''}`],
    ['Tokens in', `${count(tokens.input)} (${count(tokens.cached)} from a cache, ${count(tokens.cacheWrite)} to one)`],
    ['Tokens out', `${count(tokens.output)} (${count(tokens.reasoning)} reasoning)`],
    ['Figures', receipt.usageSource === 'agent' ? 'as the agent reported them' : 'as counted here'],
    ['Price', `${receipt.priceName}, version ${receipt.priceVersion}`],
    ['Stream', receipt.streamId],
  ];
  return (
    <dl className="facts" data-testid="receipt-facts" data-micro={receipt.chargeMicro}>
      {facts.map(([name, words]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}

function count(tokens: number): string {
  return tokens.toLocaleString('en-US');
}
