import { Link } from "@tanstack/react-router";
import styles from "./customers-nav.module.css";

/** The ways within the customers' area. */
export function CustomersNav() {
  return (
    <nav aria-label="Customers" className={styles.nav}>
      <Link to="/customers" activeOptions={{ exact: true, includeSearch: false }} className={styles.link}>
        All customers
      </Link>
      <Link to="/customers/lists" className={styles.link}>
        Lists
      </Link>
      <Link to="/customers/suppressions" activeOptions={{ includeSearch: false }} className={styles.link}>
        Suppressions
      </Link>
    </nav>
  );
}
