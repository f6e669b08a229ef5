import { useStatus } from '../api/queries.ts';
import { Alert } from '../ui/states.tsx';

/** Whether the gateway does not answer at all; what is shown may then be old. */
export function useUnreachable(): boolean {
  return useStatus().error instanceof TypeError;
}

/** Says so above the page, until the gateway answers again. */
export function Unreachable() {
  if (!useUnreachable()) return null;
  return (
    <div className="unreachable">
      <Alert title="The gateway cannot be reached">What is shown may be out of date. The console tries again by itself.</Alert>
    </div>
  );
}
