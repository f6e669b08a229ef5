import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from '../router/link.tsx';
import { Icon, type IconName } from './icon.tsx';

type Look = 'plain' | 'primary' | 'quiet' | 'danger';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  readonly icon?: IconName;
  readonly small?: boolean;
}

function classOf(look: Look, small: boolean): string {
  return `button ${look}${small ? ' small' : ''}`;
}

/** A button; `type="submit"` has to be said. */
export function Button({ look = 'plain', icon, small = false, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={`${classOf(look, small)} ${className ?? ''}`}>
      {icon === undefined ? null : <Icon name={icon} size={small ? 14 : 15} />}
      {children}
    </button>
  );
}

interface LinkButtonProps {
  readonly to: string;
  readonly look?: Look;
  readonly icon?: IconName;
  readonly small?: boolean;
  readonly children: ReactNode;
}

/** A link that looks like a button. */
export function LinkButton({ to, look = 'plain', icon, small = false, children }: LinkButtonProps) {
  return (
    <Link to={to} className={classOf(look, small)}>
      {icon === undefined ? null : <Icon name={icon} size={small ? 14 : 15} />}
      {children}
    </Link>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly icon: IconName;
  /** What it does, for readers and as a tip. */
  readonly label: string;
}

/** A button that is only a drawing. */
export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} className={`icon-button ${className ?? ''}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}
