/** Where in an HTML document a piece of a template stands. A small version of the HTML tokenizer (WHATWG §13.2.5). */
export type HtmlPlace =
  | { at: "text" }
  | { at: "tagName"; tag: string; name: string }
  | { at: "tag"; tag: string }
  | { at: "attributeName"; tag: string; attribute: string }
  | { at: "beforeValue"; tag: string; attribute: string }
  /** `written` is the value so far, EXPRESSION standing for a printed value. */
  | { at: "value"; tag: string; attribute: string; quote: string; written: string }
  | { at: "comment" }
  | { at: "declaration" }
  | { at: "raw"; tag: string };

/** Stands for a printed value inside an attribute: a code point that Unicode keeps out of text for such uses. */
export const EXPRESSION = "\uffff";

/** How much of an attribute's value is remembered. 256: enough to see a link's scheme. */
const MAX_WRITTEN_CHARS = 256;

/** Elements whose content is no markup. */
const RAW_ELEMENTS = new Set(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"]);

export const TEXT: HtmlPlace = { at: "text" };

/** Reads fixed HTML from one place to the next. */
export function readHtml(start: HtmlPlace, html: string): HtmlPlace {
  let place = start;
  let index = 0;
  while (index < html.length) [place, index] = step(place, html, index);
  return place;
}

type Step = [HtmlPlace, number];

/** Every step moves forward by at least one character. */
function step(place: HtmlPlace, html: string, index: number): Step {
  const char = html[index] ?? "";
  switch (place.at) {
    case "text":
      return fromText(html, index);
    case "comment":
      return until(html, index, "-->", place);
    case "declaration":
      return until(html, index, ">", place);
    case "raw": {
      const close = new RegExp(`</${place.tag}`, "gi"); // from RAW_ELEMENTS, so it holds no special characters
      close.lastIndex = index;
      const end = close.exec(html)?.index;
      return end === undefined ? [place, html.length] : [{ at: "tagName", tag: "", name: "/" }, end + 2];
    }
    case "tagName":
      if (char === ">") return [closeTag(place.name), index + 1];
      if (/[\s/]/.test(char) && place.name !== "") return [{ at: "tag", tag: place.name }, index + 1];
      return [{ ...place, name: place.name + char.toLowerCase() }, index + 1];
    case "tag":
      if (char === ">") return [closeTag(place.tag), index + 1];
      if (/[\s/]/.test(char)) return [place, index + 1];
      return [{ at: "attributeName", tag: place.tag, attribute: char.toLowerCase() }, index + 1];
    case "attributeName":
      if (char === ">") return [closeTag(place.tag), index + 1];
      if (char === "=") return [{ at: "beforeValue", tag: place.tag, attribute: place.attribute }, index + 1];
      if (/[\s/]/.test(char)) return afterAttributeName(place, html, index);
      return [{ ...place, attribute: place.attribute + char.toLowerCase() }, index + 1];
    case "beforeValue":
      if (/\s/.test(char)) return [place, index + 1];
      if (char === ">") return [closeTag(place.tag), index + 1];
      if (char === '"' || char === "'")
        return [{ ...place, at: "value", quote: char, written: "" }, index + 1];
      return [{ ...place, at: "value", quote: "", written: char }, index + 1];
    case "value":
      return inValue(place, html, index);
    default:
      return place satisfies never;
  }
}

function until(html: string, index: number, end: string, place: HtmlPlace): Step {
  const found = html.indexOf(end, index);
  return found < 0 ? [place, html.length] : [TEXT, found + end.length];
}

function fromText(html: string, index: number): Step {
  const open = html.indexOf("<", index);
  if (open < 0) return [TEXT, html.length];
  // Outlook reads the inside of <!--[if mso]> … <![endif]--> as HTML, so it is HTML for us.
  if (html.startsWith("<!--[if", open)) return [{ at: "declaration" }, open + 2];
  if (html.startsWith("<!-->", open)) return [TEXT, open + 5];
  if (html.startsWith("<!--", open)) return [{ at: "comment" }, open + 4];
  if (/^[!?]/.test(html[open + 1] ?? "")) return [{ at: "declaration" }, open + 2];
  // A "<" right before an expression opens a tag whose name the value would choose.
  if (open + 1 === html.length || /^[a-z/]/i.test(html[open + 1] ?? ""))
    return [{ at: "tagName", tag: "", name: "" }, open + 1];
  return [TEXT, open + 1];
}

/** White space after a name: an "=" may still follow. */
function afterAttributeName(place: HtmlPlace & { at: "attributeName" }, html: string, index: number): Step {
  const next = /\S/.exec(html.slice(index, index + MAX_WRITTEN_CHARS));
  if (next?.[0] === "=")
    return [{ at: "beforeValue", tag: place.tag, attribute: place.attribute }, index + next.index + 1];
  return [{ at: "tag", tag: place.tag }, index + 1];
}

function inValue(place: HtmlPlace & { at: "value" }, html: string, index: number): Step {
  if (place.quote === "") {
    const char = html[index] ?? "";
    if (char === ">") return [closeTag(place.tag), index + 1];
    if (/\s/.test(char)) return [{ at: "tag", tag: place.tag }, index + 1];
    return [write(place, char), index + 1];
  }
  const end = html.indexOf(place.quote, index);
  if (end < 0) return [write(place, html.slice(index)), html.length];
  return [{ at: "tag", tag: place.tag }, end + 1];
}

/** Adds to what is remembered of an attribute's value. */
export const write = (place: HtmlPlace & { at: "value" }, text: string): HtmlPlace => ({
  ...place,
  written: (place.written + text).slice(0, MAX_WRITTEN_CHARS),
});

const closeTag = (tag: string): HtmlPlace => (RAW_ELEMENTS.has(tag) ? { at: "raw", tag } : TEXT);
