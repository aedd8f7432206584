import type { ReactNode } from 'react';

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const PlusIcon = () => <Icon><path d="M10 4v12M4 10h12" /></Icon>;
export const SendIcon = () => <Icon><path d="M10 16V4M5 9l5-5 5 5" /></Icon>;
export const StopIcon = () => <Icon><rect x="5.5" y="5.5" width="9" height="9" rx="1.5" className="filled" /></Icon>;
export const MenuIcon = () => <Icon><path d="M3 6h14M3 10h14M3 14h9" /></Icon>;
export const DownIcon = () => <Icon><path d="M10 4v12M5 11l5 5 5-5" /></Icon>;
export const CheckIcon = () => <Icon><path d="M4 10.5l4 4 8-9" /></Icon>;
export const CopyIcon = () => (
  <Icon><rect x="7" y="7" width="9.5" height="9.5" rx="2" /><path d="M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7" /></Icon>
);
export const AgainIcon = () => <Icon><path d="M16 10a6 6 0 1 1-1.8-4.3M16.5 3v3.5H13" /></Icon>;
export const SignOutIcon = () => <Icon><path d="M8 4H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3M12.5 6.5L16 10l-3.5 3.5M16 10H8" /></Icon>;
export const SunIcon = () => (
  <Icon><circle cx="10" cy="10" r="3.5" /><path d="M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1" /></Icon>
);
export const MoonIcon = () => <Icon><path d="M16.5 11.7A6.8 6.8 0 0 1 8.3 3.5a6.8 6.8 0 1 0 8.2 8.2z" /></Icon>;
export const AutoIcon = () => <Icon><circle cx="10" cy="10" r="6.5" /><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" className="filled" /></Icon>;
export const MachinesIcon = () => (
  <Icon><rect x="3" y="3.5" width="14" height="5.5" rx="1.5" /><rect x="3" y="11" width="14" height="5.5" rx="1.5" /><path d="M6 6.25h.01M6 13.75h.01M9.5 6.25H14M9.5 13.75H14" /></Icon>
);
export const UsageIcon = () => <Icon><path d="M3.5 16.5h13M5.5 13.5v-4M10 13.5v-9M14.5 13.5V7.5" /></Icon>;
export const BillingIcon = () => (
  <Icon><path d="M5 3h10v14l-2.5-1.6L10 17l-2.5-1.6L5 17zM8 7h4M8 10.5h4" /></Icon>
);
export const PrintIcon = () => <Icon><path d="M6 7V3.5h8V7M6 14H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-2M6 11.5h8v5H6z" /></Icon>;
export const CrossIcon = () => <Icon><path d="M5 5l10 10M15 5L5 15" /></Icon>;
