package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One cell of the matrix: a stream of an account of its own, whoever watches it, and what all of them, the log, the receipt
 * and the ledger say in the end. Used by one thread.
 */
final class MatrixStream {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final MatrixCause cause;
    private final MatrixAgent agent;
    private final User user;
    private final String session;
    private final long before;
    private final LiveStream first;
    private @Nullable LiveStream second; // where somebody else watches
    private final Map<MatrixOutlook, LiveStream> outlooks = new EnumMap<>(MatrixOutlook.class);
    private final List<String> problems = new ArrayList<>();

    private MatrixStream(
            MatrixCause cause, MatrixAgent agent, User user, String session, long before, LiveStream first) {
        this.cause = cause;
        this.agent = agent;
        this.user = user;
        this.session = session;
        this.before = before;
        this.first = first;
    }

    /** Asks, with a first viewer on the connection that asks and a second one on the log. */
    static MatrixStream open(Stack stack, MatrixCause cause, MatrixAgent agent) {
        User user = stack.newUser("matrix", cause.credits());
        String session = Stack.fresh("s");
        long before = user.balanceMicro();
        LiveStream first = cause == MatrixCause.NO_MACHINE
                ? chat(user, session, cause, agent)
                : respond(user, session, cause, agent);
        var opened = new MatrixStream(cause, agent, user, session, before, first);
        if (first.streamId().isEmpty()) {
            throw new AssertionError(opened + " did not start: " + first.status() + " "
                    + MatrixView.tail(first.awaitEnd().frames()));
        }
        opened.watch();
        return opened;
    }

    private static LiveStream respond(User user, String session, MatrixCause cause, MatrixAgent agent) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", agent.agent());
        body.put("input", cause.question(agent));
        body.put("conversation", session);
        body.put("stream", true);
        if (cause == MatrixCause.MAX_TOKENS) {
            body.put("max_output_tokens", MatrixCause.LIMIT);
        }
        return user.respond(body);
    }

    /** By the endpoint that answers at once, whatever becomes of the stream. */
    private static LiveStream chat(User user, String session, MatrixCause cause, MatrixAgent agent) {
        var body = Map.of("sessionId", session, "message", cause.question(agent), "agent", agent.agent());
        return User.open(user.postRequest("/api/chat/stream", Json.write(body)).build());
    }

    private void watch() {
        if (cause == MatrixCause.BROWSER_GONE) {
            return; // nobody else
        }
        second = read(MatrixOutlook.RESPONSES);
        if (agent == MatrixAgent.RESPONSES) {
            for (MatrixOutlook outlook : MatrixOutlook.values()) {
                outlooks.put(outlook, read(outlook));
            }
        }
    }

    /** Reads the log from its beginning; it may be opened a moment after the stream is claimed. */
    private LiveStream read(MatrixOutlook outlook) {
        var last = new AtomicInteger();
        try {
            return Awaitility.await()
                    .pollInterval(Duration.ofMillis(500))
                    .pollDelay(Duration.ZERO)
                    .atMost(PATIENCE)
                    .until(
                            () -> {
                                LiveStream live = outlook.open(user, first.streamId());
                                last.set(live.status());
                                return live;
                            },
                            live -> live.status() == 200);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(this + " cannot be read as " + outlook.title() + ": " + last, e);
        }
    }

    /** Waits until the first viewer has seen some text, or the end. */
    MatrixStream awaitText() {
        Awaitility.await(this + " shows text")
                .atMost(PATIENCE)
                .until(() -> first.ended()
                        || MatrixView.ofResponses(first.frames()).text().length() > 20);
        return this;
    }

    /** Waits until metering knows of output: what it has heard last is what a lost gateway's stream costs. */
    MatrixStream awaitReported() {
        Awaitility.await(this + " is reported")
                .pollInterval(Duration.ofMillis(500))
                .atMost(PATIENCE)
                .until(() -> Json.parse(user.get("/api/streams/" + first.streamId() + "/receipt")
                                        .body())
                                .path("tokens")
                                .path("output")
                                .asLong()
                        > 0);
        return this;
    }

    /** The user presses stop. */
    void stop() {
        int status = user.stop(first.streamId());
        if (status != 202) {
            problems.add("stop was answered " + status);
        }
    }

    /** The browser goes away. */
    void leave() {
        first.close();
    }

    /** Waits until every viewer has seen the end. */
    void awaitEnd() {
        if (cause == MatrixCause.BROWSER_GONE) {
            // Looking for the receipt watches nothing.
            user.settledReceipt(first.streamId());
            return;
        }
        try {
            first.awaitEnd(PATIENCE);
            Objects.requireNonNull(second).awaitEnd(PATIENCE);
            outlooks.values().forEach(live -> live.awaitEnd(PATIENCE));
        } catch (ConditionTimeoutException e) {
            problems.add("a viewer saw no end: " + MatrixView.tail(first.frames()));
        }
    }

    /** What the cell shows; looks at everything that must agree. */
    String cell() {
        JsonNode receipt = user.settledReceipt(first.streamId());
        String reason = receipt.path("endReason").asText();
        LiveStream again = read(MatrixOutlook.RESPONSES).awaitEnd(PATIENCE);
        MatrixView log = MatrixView.ofResponses(again.frames());
        check(log.endedOnce(), "the log has terminals " + log.ends());
        check(log.reason().equals(reason), "the log says " + log.reason() + ", the receipt " + reason);
        check(log.repeated().equals(log.text()), "the terminal repeats another text: " + log.repeated());
        checkSecond(log);
        checkFirst(log);
        checkMessage(log);
        checkLedger(receipt);
        check(
                reason.equals("orphaned")
                        || log.outputTokens()
                                == receipt.path("tokens").path("output").asLong(),
                "the terminal counts " + log.outputTokens() + " tokens, the receipt " + receipt.path("tokens"));
        return "`" + reason + "`, " + money(receipt);
    }

    private void checkSecond(MatrixView log) {
        LiveStream watching = second;
        if (watching != null) {
            MatrixView view = MatrixView.ofResponses(watching.frames());
            check(view.endedOnce(), "the second viewer saw the ends " + view.ends());
            check(view.endedOnce() && view.reason().equals(log.reason()), "the second viewer saw another reason");
            check(view.text().equals(log.text()), differs("the second viewer", view.text(), log.text()));
        }
        outlooks.forEach((outlook, live) -> {
            String text = outlook.text(live.frames());
            check(text.equals(log.text()), differs(outlook.title(), text, log.text()));
        });
    }

    private void checkFirst(MatrixView log) {
        switch (cause) {
            case BROWSER_GONE -> {
                String seen = MatrixView.ofResponses(first.frames()).text();
                check(!seen.isEmpty() && log.text().startsWith(seen), differs("who left", seen, log.text()));
            }
            case NO_MACHINE -> {
                check(log.text().isEmpty(), "there is text: " + log.text());
                check(
                        Dialects.tokenEnd(first.frames()).equals(log.reason()),
                        "the first viewer saw " + MatrixView.tail(first.frames()));
            }
            default -> {
                MatrixView view = MatrixView.ofResponses(first.frames());
                check(view.endedOnce(), "the first viewer saw the ends " + view.ends());
                check(view.endedOnce() && view.reason().equals(log.reason()), "the first viewer saw another reason");
                check(view.text().equals(log.text()), differs("the first viewer", view.text(), log.text()));
            }
        }
    }

    /** The conversation keeps the same text under the same reason; it may be written a moment later. */
    private void checkMessage(MatrixView log) {
        try {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> answer().filter(
                            answer -> answer.path("content").asText().equals(log.text())
                                    && answer.path("state").asText().equals(log.reason()))
                    .isPresent());
        } catch (ConditionTimeoutException e) {
            problems.add("the conversation has " + user.messages(session));
        }
    }

    private Optional<JsonNode> answer() {
        for (JsonNode message : user.messages(session)) {
            if (message.path("role").asText().equals("assistant")) {
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    private void checkLedger(JsonNode receipt) {
        long charge = receipt.path("chargeMicro").asLong();
        long booked = 0;
        for (JsonNode entry : receipt.path("entries")) {
            if (entry.path("account").asText().equals(user.name())) {
                booked += entry.path("amountMicro").asLong();
            }
        }
        check(booked == -charge, "charged " + charge + ", booked " + receipt.path("entries"));
        long paid = before - user.balanceMicro();
        check(paid == charge, "charged " + charge + ", paid " + paid);
        check(user.balanceMicro() >= 0, "overspent");
    }

    private static String money(JsonNode receipt) {
        if (receipt.path("chargeMicro").asLong() == 0) {
            return "nothing charged";
        }
        String source = receipt.path("usageSource").asText();
        return receipt.path("receivableMicro").asLong() > 0 ? source + ", all there is" : source;
    }

    private void check(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    private static String differs(String who, String seen, String log) {
        int at = 0;
        while (at < Math.min(seen.length(), log.length()) && seen.charAt(at) == log.charAt(at)) {
            at++;
        }
        return who + " has " + seen.length() + " characters, the log " + log.length() + ", other from " + at + " on";
    }

    /** What did not agree; empty where all did. */
    List<String> problems() {
        return problems.stream()
                .map(problem -> this + " (" + first.streamId() + "): " + problem)
                .toList();
    }

    /** What each dialect shows of the end; empty where nobody looked. */
    Map<MatrixOutlook, String> endings() {
        Map<MatrixOutlook, String> endings = new EnumMap<>(MatrixOutlook.class);
        outlooks.forEach((outlook, live) -> endings.put(outlook, outlook.ending(live.frames())));
        return endings;
    }

    MatrixCause cause() {
        return cause;
    }

    MatrixAgent agent() {
        return agent;
    }

    void close() {
        first.close();
        if (second != null) {
            second.close();
        }
        outlooks.values().forEach(LiveStream::close);
    }

    @Override
    public String toString() {
        return cause.title() + " × " + agent.title();
    }
}
