import { VERSION } from '../../version.ts';
import { attributesJson } from './attributes.ts';
import type { OtlpSettings } from './settings.ts';

/** What tells, in OTLP's JSON encoding. */
export const SCOPE = JSON.stringify({ name: 'sluice', version: VERSION });

/** Of whom it tells. */
export function resourceJson({ resource }: Pick<OtlpSettings, 'resource'>): string {
  return `{"attributes":${attributesJson({ 'service.version': VERSION, ...resource })}}`;
}
