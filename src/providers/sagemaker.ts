import { awsIdentity } from './aws-identity.ts';
import { defineProvider } from './provider.ts';

/** Amazon SageMaker's inference endpoints: requests are signed and passed through (`/v1/endpoints/NAME/invocations`). */
export const sagemaker = defineProvider({
  id: 'sagemaker',
  name: 'Amazon SageMaker',
  docs: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html',
  baseURL: 'https://runtime.sagemaker.{aws_region}.amazonaws.com',
  auth: [
    { scheme: 'aws', service: 'sagemaker', option: 'aws_role_arn' },
    { scheme: 'aws', service: 'sagemaker', option: 'aws_access_key_id' },
  ],
  options: [
    ...awsIdentity,
    { name: 'amzn_sagemaker_custom_attributes', sendAs: 'x-amzn-sagemaker-custom-attributes', description: 'Handed to the model as it is.' },
    { name: 'amzn_sagemaker_target_model', sendAs: 'x-amzn-sagemaker-target-model', description: 'Model of a multi-model endpoint.' },
    { name: 'amzn_sagemaker_target_variant', sendAs: 'x-amzn-sagemaker-target-variant', description: 'Production variant.' },
    { name: 'amzn_sagemaker_target_container_hostname', sendAs: 'x-amzn-sagemaker-target-container-hostname', description: 'Container.' },
    { name: 'amzn_sagemaker_inference_id', sendAs: 'x-amzn-sagemaker-inference-id', description: 'Id of the request in captured data.' },
    { name: 'amzn_sagemaker_enable_explanations', sendAs: 'x-amzn-sagemaker-enable-explanations', description: 'When to explain answers.' },
    { name: 'amzn_sagemaker_inference_component', sendAs: 'x-amzn-sagemaker-inference-component', description: 'Inference component.' },
    { name: 'amzn_sagemaker_model_name', description: 'Not sent.' },
    { name: 'amzn_sagemaker_session_id', sendAs: 'x-amzn-sagemaker-session-id', description: 'Session of a stateful model.' },
  ],
  endpoints: {},
});
