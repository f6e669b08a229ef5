import { analyticsOperations } from './analytics-operations.ts';
import { apiKeyOperations } from './api-key-operations.ts';
import { cacheOperations } from './cache-operations.ts';
import { catalogOperations } from './catalog-operations.ts';
import { configOperations } from './config-operations.ts';
import { logOperations } from './log-operations.ts';
import { policyOperations } from './policy-operations.ts';
import { portkeyAnalytics } from './portkey/analytics.ts';
import { portkeyApiKeys } from './portkey/api-keys.ts';
import { portkeyConfigs } from './portkey/configs.ts';
import { portkeyFeedback } from './portkey/feedback.ts';
import { portkeyExports } from './portkey/log-exports.ts';
import { portkeyLogs } from './portkey/logs.ts';
import { portkeyIntegrationModels } from './portkey/integration-models.ts';
import { portkeyPolicies } from './portkey/policies.ts';
import { portkeyAccounts } from './portkey/virtual-keys.ts';
import { providerOperations } from './provider-operations.ts';
import type { Operation } from './operation.ts';
import { statusOperations } from './status-operations.ts';
import { usageOperations } from './usage-operations.ts';
import type { AdminWorld } from './world.ts';

/**
 * Every operation of the REST interface. A table must not look at the world before one of its operations runs: the OpenAPI document is
 * made without one.
 */
export function operationsOf(world: AdminWorld): readonly Operation[] {
  return [
    ...configOperations(world),
    ...providerOperations(world),
    ...apiKeyOperations(world),
    ...policyOperations(world),
    ...usageOperations(world),
    ...cacheOperations(world),
    ...logOperations(world),
    ...analyticsOperations(world),
    ...catalogOperations(world),
    ...portkeyConfigs(world),
    ...portkeyAccounts(world),
    ...portkeyIntegrationModels(world),
    ...portkeyApiKeys(world),
    ...portkeyPolicies(world),
    ...portkeyExports(world),
    ...portkeyLogs(world),
    ...portkeyFeedback(world),
    ...portkeyAnalytics(world),
    ...statusOperations(world, () => operationsOf(world)),
  ];
}
