/** How much of a limit is used; turns odd at 80 % and bad at 100 %. */
export function Progress({ used, limit, label }: { readonly used: number; readonly limit: number; readonly label: string }) {
  const share = limit <= 0 ? 1 : used / limit;
  const tone = share >= 1 ? 'bad' : share >= 0.8 ? 'odd' : 'good';
  return (
    <div className={`progress ${tone}`} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={limit} aria-valuenow={Math.min(used, limit)}>
      <span style={{ width: `${Math.min(100, share * 100)}%` }} />
    </div>
  );
}
