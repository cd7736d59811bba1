/** The template that a new agency may begin with: a storm is coming, and somebody thought of you. */
export const stormTemplate = {
  name: "Storm warning",
  source: {
    subject: '{{default customer.first_name "Neighbor"}}, a storm is coming',
    html: `<div style="font-family: sans-serif; max-width: 36em; margin: auto">
  <h1>Stay safe, {{default customer.first_name "neighbor"}}</h1>
  <p>{{custom_message}}</p>
  <p>{{agency.name}}<br>{{agency.postal_address}}</p>
  <p><small><a href="{{unsubscribe_url}}">No more of these mails</a></small></p>
</div>
`,
    text: `Stay safe, {{default customer.first_name "neighbor"}}

{{custom_message}}

{{agency.name}}
{{agency.postal_address}}

No more of these mails: {{unsubscribe_url}}
`,
  },
};

/** What the first blast says. */
export const firstMessage =
  "The storm reaches the coast on Thursday.\nTake photos of your home today, and keep your papers dry.";

/** Three customers who all read one mailbox: by the part behind the plus, which most mail hosts ignore. */
export function sampleCustomersCsv(ownAddress: string): string {
  const at = ownAddress.lastIndexOf("@");
  const [local, domain] = [ownAddress.slice(0, at), ownAddress.slice(at + 1)];
  return [
    "email,first_name,last_name,city",
    `${ownAddress},You,,Home`,
    `${local}+ann@${domain},Ann,Sample,Biloxi`,
    `${local}+bob@${domain},Bob,Sample,Gulfport`,
    "",
  ].join("\n");
}
