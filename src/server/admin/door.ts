import type { IncomingMessage, ServerResponse } from 'node:http';
import { climbs } from '../request-parts.ts';
import type { AdminWorld } from './world.ts';

/** What the admin interface and Portkey's REST surface have of the paths under `/v1/`. */
const ROOTS = ['configs', 'virtual-keys', 'providers', 'integrations', 'api-keys', 'policies', 'logs', 'feedback', 'analytics'] as const;

const PORTKEY_PATH = new RegExp(`^/v1/(?:${ROOTS.join('|')})(?:/|$)`);

/** Whether a path belongs to an operation, and not to a model call. Whoever is in front of the gateway must read it the same way. */
export function isAdminPath(pathname: string): boolean {
  return (pathname.startsWith('/admin/') || PORTKEY_PATH.test(pathname)) && !climbs(pathname);
}

/** Answers requests for operations. Never rejects. */
export type AdminDoor = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The admin interface, whose parts are loaded when it is asked for the first time. */
export function adminDoor(world: () => AdminWorld): AdminDoor {
  let door: Promise<AdminDoor> | undefined;
  return async (request, response) => {
    door ??= import('./server.ts').then(({ createAdmin }) => createAdmin(world()));
    await (
      await door
    )(request, response);
  };
}
