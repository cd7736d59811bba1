import { useQuery } from "@connectrpc/connect-query";
import { Navigate, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { problemOf } from "../connect/problem.ts";
import { signedOut } from "../connect/transport.ts";
import { ErrorState, Loading } from "../ui/states.tsx";
import { Toasts } from "../ui/toast.tsx";
import { SessionContext } from "./session.ts";
import { SideBar } from "./side-bar.tsx";
import styles from "./shell.module.css";

/** Around every page: who is signed in, the side bar, and where toasts appear. Sends strangers to the sign-in page and back. */
export function Shell() {
  const location = useLocation();
  const { data, error, refetch } = useQuery(SessionService.method.getSession, {});
  useGoToSignIn();
  useFocusOnNewPage(location.pathname);
  if (data?.session !== undefined) {
    // An operator who acts for nobody has the control room and no agency's pages.
    if (data.session.agency === undefined && !location.pathname.startsWith("/control"))
      return <Navigate to="/control/queues" replace />;
    return (
      <SessionContext value={data.session}>
        <a href="#main" className={styles.skip}>
          Skip to the page
        </a>
        <div className={styles.shell}>
          <SideBar />
          <main id="main" className={styles.main}>
            <Outlet />
          </main>
        </div>
        <Toasts />
      </SessionContext>
    );
  }
  if (error === null) return <Loading label="Loading the console" />;
  if (problemOf(error).kind === "signed_out")
    return <Navigate to="/sign-in" search={{ next: location.href }} replace />;
  return <ErrorState error={error} retry={() => void refetch()} />;
}

/** A session that ends while a page is open leads to the sign-in page, and from there back. */
function useGoToSignIn(): void {
  const navigate = useNavigate();
  const { href } = useLocation();
  useEffect(() => {
    const go = () => void navigate({ to: "/sign-in", search: { next: href }, replace: true });
    signedOut.addEventListener("signed-out", go);
    return () => signedOut.removeEventListener("signed-out", go);
  }, [navigate, href]);
}

/** Those who do not see the screen hear the new page's title. What opens over a page, or closes, leaves the focus where it is. */
function useFocusOnNewPage(pathname: string): void {
  const before = useRef("");
  useEffect(() => {
    const [longer, shorter] = [pathname, before.current].toSorted((a, b) => b.length - a.length);
    const within = shorter !== "" && longer?.startsWith(`${shorter}/`) && longer.split("/").length > 3;
    before.current = pathname;
    if (!within) document.getElementById("page-title")?.focus({ preventScroll: true });
  }, [pathname]);
}
