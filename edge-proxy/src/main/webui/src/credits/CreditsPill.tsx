import { credits, level, steady } from './money';

export function CreditsPill({ availableMicro }: { readonly availableMicro: string | null }) {
  if (availableMicro === null) {
    return <span className="credits credits-unknown" data-testid="credits" aria-label="Credits are being loaded" />;
  }
  const state = level(availableMicro);
  const title =
    state === 'fine'
      ? `${credits(availableMicro, 6)} credits available`
      : 'Credits are nearly used up. Ask your administrator for more.';
  return (
    <span className={`credits credits-${state}`} data-testid="credits" data-micro={availableMicro} title={title}>
      <span className="credits-drop" aria-hidden="true" />
      <span className="credits-figure">{steady(availableMicro)}</span>
      <span className="credits-unit">credits</span>
    </span>
  );
}
