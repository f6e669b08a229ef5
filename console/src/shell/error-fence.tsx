import { Component, type ReactNode } from 'react';
import { Failure } from '../ui/states.tsx';

interface Fence {
  readonly error: Error | undefined;
}

/** Keeps a page that fails from taking the others with it. */
export class ErrorFence extends Component<{ readonly children: ReactNode }, Fence> {
  override state: Fence = { error: undefined };

  static getDerivedStateFromError(error: Error): Fence {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="page">
        <Failure error={new Error(this.state.error.message)} retry={() => location.reload()} />
      </div>
    );
  }
}
