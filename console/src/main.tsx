import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/chat.css';
import './styles/parts.css';
import './styles/shell.css';

/** What the gateway said no to is not asked again; what did not reach it is, twice. */
const client = new QueryClient({
  defaultOptions: { queries: { staleTime: 5000, retry: (count, error) => !(error instanceof ApiError) && count < 2 } },
});

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
