import { awsIdentity } from './aws-identity.ts';
import type { ProviderOption } from './provider.ts';

/** Claude, by the ids of its models and of the inference profiles that AWS made for them. */
export const claudeOnBedrock = { model: /\banthropic\.claude/ };

const forFiles = 'For files and batches, which are not translated.';

export const bedrockOptions = [
  ...awsIdentity,
  {
    name: 'anthropic_beta',
    bareHeader: 'anthropic-beta',
    sendAsMember: {
      name: 'anthropic_beta',
      // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
      known:
        /^(computer-use|context-1m|context-management|dev-full-thinking|effort|fine-grained-tool-streaming|interleaved-thinking|output-128k|token-efficient-tools|tool-examples|tool-search-tool)-/,
      when: claudeOnBedrock,
    },
    description: 'Beta features of Claude to switch on, comma separated; those that Bedrock does not know are left out.',
  },
  { name: 'aws_s3_bucket', description: forFiles },
  { name: 'aws_s3_object_key', description: forFiles },
  { name: 'aws_bedrock_model', description: forFiles },
  { name: 'amz_server_side_encryption', description: forFiles },
  { name: 'amz_server_side_encryption_aws_kms_key_id', description: forFiles },
] as const satisfies readonly ProviderOption[];
