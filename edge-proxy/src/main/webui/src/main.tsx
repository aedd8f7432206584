import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { returnFromLogin } from './app/route';
import { applyTheme } from './ui/theme';
import './styles/base.css';
import './styles/shell.css';
import './styles/chat.css';
import './styles/prose.css';
import './styles/gate.css';
import './styles/machines.css';
import './styles/pages.css';
import './styles/usage.css';
import './styles/billing.css';

applyTheme();
returnFromLogin();

const root = document.getElementById('root');
if (root === null) {
  throw new Error('the page has no #root');
}
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
