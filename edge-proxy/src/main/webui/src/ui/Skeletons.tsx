/** Stands where something is being loaded. */
export function Skeletons({ what }: { readonly what: string }) {
  return (
    <div className="skeletons" role="status" aria-label={`${what} is being loaded`}>
      <span /> <span /> <span />
    </div>
  );
}
