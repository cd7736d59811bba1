import { createLink, type LinkComponent } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";
import styles from "./row-link.module.css";

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> };

function Anchor({ className = "", children, ...rest }: Props) {
  return (
    <a {...rest} className={`${styles.link} ${className}`}>
      {children}
    </a>
  );
}

const Created = createLink(Anchor);

/** The link in a row's first cell, which the whole row of a `Table` follows: a click anywhere opens it, the keyboard stops once. */
export const RowLink: LinkComponent<typeof Anchor> = (props) => <Created {...props} />;
