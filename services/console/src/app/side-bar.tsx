import { useMutation } from "@connectrpc/connect-query";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, LogOut, Menu as MenuIcon, Moon } from "lucide-react";
import { useEffect, useState } from "react";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { queryClient } from "../connect/query-client.ts";
import { Menu } from "../ui/menu.tsx";
import { toastError } from "../ui/toast.tsx";
import { AgencySwitcher } from "./agency-switcher.tsx";
import { navigationFor } from "./navigation.tsx";
import { useSession } from "./session.ts";
import { nextTheme } from "./theme.ts";
import styles from "./side-bar.module.css";

/** Where one is and where one may go; on a phone it folds behind a button. */
export function SideBar() {
  const session = useSession();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [pathname]);
  return (
    <header className={styles.bar}>
      <div className={styles.top}>
        <Link to="/" className={styles.brand}>
          <img src="/icon.svg" alt="" width={26} height={26} />
          Fanfare
        </Link>
        <button
          type="button"
          className={styles.fold}
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        >
          <MenuIcon size={20} aria-hidden="true" />
          <span className="visually-hidden">Navigation</span>
        </button>
      </div>
      <div id="navigation" className={`${styles.folding} ${open ? styles.open : ""}`}>
        {session.operator ? (
          <AgencySwitcher />
        ) : (
          <p className={styles.agency}>{session.agency?.settings?.name}</p>
        )}
        <nav aria-label="Main">
          {navigationFor(session).map((group) => (
            <div key={group.label} className={styles.group}>
              <p className={styles.heading}>{group.label}</p>
              <ul>
                {group.entries.map((entry) => (
                  <li key={entry.to}>
                    <Link
                      to={entry.to}
                      className={styles.link}
                      activeProps={{ className: styles.active ?? "" }}
                    >
                      {entry.icon}
                      {entry.label}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <div className={styles.bottom}>
          <PersonMenu name={session.displayName} />
        </div>
      </div>
    </header>
  );
}

function PersonMenu({ name }: { name: string }) {
  const navigate = useNavigate();
  const { mutate } = useMutation(SessionService.method.signOut, {
    onError: toastError,
    onSuccess: () => {
      queryClient.clear();
      void navigate({ to: "/sign-in", search: {} });
    },
  });
  return (
    <Menu
      label={`${name}: account`}
      className={styles.person ?? ""}
      items={[
        { label: "Light, dark, or as the system", icon: <Moon size={16} />, onSelect: nextTheme },
        { label: "Sign out", icon: <LogOut size={16} />, onSelect: () => mutate({}) },
      ]}
    >
      <span className={styles.initial} aria-hidden="true" data-initial={name.slice(0, 1).toUpperCase()} />
      <span className={styles.name}>{name}</span>
      <ChevronsUpDown size={15} aria-hidden="true" />
    </Menu>
  );
}
