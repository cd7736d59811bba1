import { createLink, type LinkComponent } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";
import { type ButtonLook, buttonClass } from "./button.tsx";

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { look?: ButtonLook; ref?: Ref<HTMLAnchorElement> };

function Anchor({ look = "secondary", className = "", children, ...rest }: Props) {
  return (
    <a {...rest} className={buttonClass(look, className)}>
      {children}
    </a>
  );
}

const Created = createLink(Anchor);

/** A link that looks like a button; it takes the router's `to`, `params` and `search`. */
export const LinkButton: LinkComponent<typeof Anchor> = (props) => <Created {...props} />;
