import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import { useRefusalOf } from './refusal.ts';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** What it writes of what is sent (`usage_limits[0].credit_limit`): what the gateway says of that is shown here. */
  readonly member?: string | undefined;
  /** Gets the ids that tie the control to its label and words. */
  readonly children: (ids: { readonly id: string; readonly 'aria-describedby': string | undefined; readonly 'aria-invalid': boolean }) => ReactNode;
}

/** A control with its label, and what is to be said of it. */
export function Field({ label, hint, error, member, children }: FieldProps) {
  const id = useId();
  const refusal = useRefusalOf(member);
  const fault = error ?? refusal;
  const words = fault ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': words === undefined ? undefined : `${id}-words`, 'aria-invalid': fault !== undefined })}
      {words === undefined ? null : (
        <p id={`${id}-words`} className={fault === undefined ? 'hint' : 'hint bad'}>
          {words}
        </p>
      )}
    </div>
  );
}

type Named = Omit<FieldProps, 'children'>;

/** A line of text with its label. */
export function TextField({ label, hint, error, member, ...rest }: Named & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field label={label} hint={hint} error={error} member={member}>
      {(ids) => <input className="input" autoComplete="off" spellCheck={false} {...rest} {...ids} />}
    </Field>
  );
}

/** Several lines of text with their label. */
export function AreaField({ label, hint, error, member, ...rest }: Named & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field label={label} hint={hint} error={error} member={member}>
      {(ids) => <textarea className="input area" spellCheck={false} {...rest} {...ids} />}
    </Field>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** The options with a value that is there already, even where it is none of them. */
export function withOwn(options: readonly Option[], value: string | undefined): readonly Option[] {
  return value === undefined || options.some((option) => option.value === value) ? options : [...options, { value, label: value }];
}

/** A choice with its label. */
export function SelectField({
  label,
  hint,
  error,
  member,
  options,
  ...rest
}: Named & { readonly options: readonly Option[] } & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field label={label} hint={hint} error={error} member={member}>
      {(ids) => <Select options={options} {...rest} {...ids} />}
    </Field>
  );
}

/** A choice without words of its own. */
export function Select({ options, className, ...rest }: { readonly options: readonly Option[] } & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <select className={`input select ${className ?? ''}`} {...rest}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** A switch with its label. */
export function CheckField({ label, hint, ...rest }: { readonly label: string; readonly hint?: string } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="check-field">
      <input type="checkbox" id={id} {...rest} />
      <label htmlFor={id}>
        {label}
        {hint === undefined ? null : <span className="hint">{hint}</span>}
      </label>
    </div>
  );
}
