/** The mail that the seed's customers wait for: a storm is coming, and somebody thought of them. */
export const STORM_TEMPLATE = {
  name: "Storm warning",
  source: {
    subject:
      '{{default customer.first_name "Neighbor"}}, a storm is near {{default customer.attributes.city "you"}}',
    html: `<!doctype html>
<html><body style="font-family: sans-serif; max-width: 36em; margin: auto">
  <h1>Stay safe, {{default customer.first_name "neighbor"}}</h1>
  <p>{{custom_message}}</p>
  {{#if customer.attributes.policy_number}}<p>Your policy: <b>{{customer.attributes.policy_number}}</b></p>{{/if}}
  <p>{{agency.name}}<br>{{agency.postal_address}}</p>
  <p><small><a href="{{unsubscribe_url}}">No more of these mails</a></small></p>
</body></html>
`,
    text: `Stay safe, {{default customer.first_name "neighbor"}}

{{custom_message}}

{{#if customer.attributes.policy_number}}
Your policy: {{customer.attributes.policy_number}}

{{/if}}
{{agency.name}}
{{agency.postal_address}}

No more of these mails: {{unsubscribe_url}}
`,
  },
} as const;

export const STORM_MESSAGE =
  "Hurricane Wanda is expected on Thursday.\nTake photos of your home & garden today; claims are open day and night.";
