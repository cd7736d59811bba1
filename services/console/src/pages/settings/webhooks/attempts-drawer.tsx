import { useInfiniteQuery, useMutation } from "@connectrpc/connect-query";
import { RotateCcw, Send } from "lucide-react";
import {
  type WebhookAttempt,
  type WebhookEndpoint,
  type WebhookMessage,
  WebhookMessageState,
  WebhookService,
} from "#gen/fanfare/api/v1/webhook_pb.js";
import { plural } from "../../../format/numbers.ts";
import { Time } from "../../../format/time.tsx";
import { Badge, type Tone } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { Drawer } from "../../../ui/drawer.tsx";
import { Row } from "../../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { Timeline } from "../../../ui/timeline.tsx";
import { toast, toastError } from "../../../ui/toast.tsx";

const pageRows = 20;
const refreshMs = 3_000;

/** The messages of an end point with each try; what was given up can be sent again. */
export function AttemptsDrawer({ endpoint, onClose }: { endpoint: WebhookEndpoint; onClose: () => void }) {
  const endpointId = endpoint.id;
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    WebhookService.method.listAttempts,
    { endpointId, page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
      refetchInterval: refreshMs,
    },
  );
  const again = (text: string) => ({
    onError: toastError,
    onSuccess: () => {
      toast(text);
      void refetch();
    },
  });
  const resend = useMutation(WebhookService.method.resend, again("It is tried again."));
  const test = useMutation(WebhookService.method.sendTest, again("A test is on its way."));
  const messages = data?.pages.flatMap((page) => page.messages);
  const failed = messages?.some(({ state }) => state === WebhookMessageState.FAILED) ?? false;
  return (
    <Drawer title={endpoint.url} onClose={onClose}>
      <Row>
        <Button icon={<Send size={16} />} busy={test.isPending} onClick={() => test.mutate({ endpointId })}>
          Send a test
        </Button>
        {failed ? (
          <Button
            icon={<RotateCcw size={16} />}
            busy={resend.isPending}
            onClick={() => resend.mutate({ endpointId, messageIds: [] })}
          >
            Send all that were given up again
          </Button>
        ) : null}
      </Row>
      {messages === undefined ? (
        error === null ? (
          <Loading lines={6} label="Loading messages" />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )
      ) : messages.length === 0 ? (
        <EmptyState title="No messages yet">
          Facts are posted as they happen. A test shows whether the address answers.
        </EmptyState>
      ) : (
        <Timeline
          label="Messages, newest first"
          entries={messages.map((message) => ({
            key: message.id,
            title: (
              <>
                {message.type} <State message={message} />
              </>
            ),
            tone: states[message.state].tone,
            time: <Time at={message.createdAt} style="second" />,
            children: (
              <Tries
                message={message}
                onResend={() => resend.mutate({ endpointId, messageIds: [message.id] })}
              />
            ),
          }))}
        />
      )}
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older ones
          </Button>
        </Row>
      ) : null}
    </Drawer>
  );
}

const states: Record<WebhookMessageState, { word: string; tone: Tone }> = {
  [WebhookMessageState.UNSPECIFIED]: { word: "Unknown", tone: "neutral" },
  [WebhookMessageState.PENDING]: { word: "Waiting", tone: "info" },
  [WebhookMessageState.DELIVERED]: { word: "Delivered", tone: "good" },
  [WebhookMessageState.FAILED]: { word: "Given up", tone: "bad" },
};

function State({ message: { state } }: { message: WebhookMessage }) {
  return <Badge tone={states[state].tone}>{states[state].word}</Badge>;
}

function Tries({ message, onResend }: { message: WebhookMessage; onResend: () => void }) {
  const { attempts, nextTryAt, state } = message;
  return (
    <>
      {attempts.length === 0 ? <p className="muted">Not tried yet.</p> : null}
      {attempts.length > 0 ? (
        <details>
          <summary>
            {plural(attempts.length, "try", "tries")}; the last: {answerOf(attempts[0])}
          </summary>
          <ul>
            {attempts.map((attempt) => (
              <li key={attempt.number}>
                <Time at={attempt.at} style="second" /> {answerOf(attempt)}, {attempt.tookMs} ms
                {attempt.response === "" ? null : (
                  <>
                    : <code>{attempt.response}</code>
                  </>
                )}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {nextTryAt === undefined ? null : (
        <p className="muted">
          Tried next: <Time at={nextTryAt} style="second" />
        </p>
      )}
      {state === WebhookMessageState.FAILED ? (
        <Row>
          <Button onClick={onResend}>Send again</Button>
        </Row>
      ) : null}
    </>
  );
}

function answerOf(attempt: WebhookAttempt | undefined): string {
  if (attempt === undefined) return "none";
  return attempt.status === 0 ? attempt.error || "no answer" : `answered ${attempt.status}`;
}
