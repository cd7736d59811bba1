/** 5 KB of HTML with three expressions: an ordinary mail, neither a toy nor a catalogue. */
export const HTML_BYTES = 5 * 1024;

const PARAGRAPH =
  '<p style="margin:0 0 16px;font:16px/1.5 sans-serif">Take photographs of every room, move what is dear to you upstairs, ' +
  "keep your policy at hand, and call us day or night: claims are open, and somebody will answer.</p>\n";

/** The template of every blast of the bench. */
export const MAIL_TEMPLATE = {
  name: "Storm warning, 5 KB",
  source: { subject: "A storm is near", html: htmlOfSize(HTML_BYTES), text: "A storm is near. Stay safe." },
};

function htmlOfSize(bytes: number): string {
  const head = "<!doctype html>\n<html><body>\n<h1>Stay safe, {{customer.first_name}}</h1>\n";
  const foot =
    "<p>We look after {{customer.attributes.city}}.</p>\n" +
    '<p><a href="{{unsubscribe_url}}">No more of these mails</a></p>\n</body></html>\n';
  let body = "";
  while (head.length + body.length + foot.length < bytes) body += PARAGRAPH;
  return head + body + foot;
}
