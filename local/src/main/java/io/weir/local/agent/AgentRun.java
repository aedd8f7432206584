package io.weir.local.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.InstantSource;
import java.util.List;

/**
 * One answer on its way out, paced by a timer. Lives on the event loop of its connection.
 *
 * <pre>
 * RUNNING ──► COMPLETED | FAILED   terminal event sent
 *    │
 *    ├──────► DIED                 the directive reset the socket
 *    └──────► ABORTED              the client went away
 * </pre>
 */
final class AgentRun {
    /** Where a run is. */
    enum State {
        RUNNING,
        COMPLETED,
        FAILED,
        DIED,
        ABORTED
    }

    private static final long LONGEST_TICK_MILLIS = 1_000;
    private static final long PIECES_APART_MILLIS = 50;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final AgentRequest asked;
    private final Directive directive;
    private final Spoken spoken;
    private final AgentWire wire;
    private final List<String> pieces;
    private final boolean cut;
    private final Runnable onEnd;
    private final InstantSource clock;
    private final StringBuilder text = new StringBuilder();
    private final long startedAtMillis;

    private State state = State.RUNNING;
    private long closedAtMillis;
    private int sent;
    private long timer = -1;
    private long paceStartNanos;
    private int pacedFrom;
    private boolean stalled;

    AgentRun(
            Vertx vertx,
            HttpServerRequest request,
            AgentRequest asked,
            Directive.Parsed parsed,
            Spoken spoken,
            Runnable onEnd,
            InstantSource clock) {
        this.vertx = vertx;
        this.request = request;
        this.asked = asked;
        this.directive = parsed.directive();
        this.spoken = spoken;
        this.wire = spoken.wire(asked, clock);
        this.onEnd = onEnd;
        this.clock = clock;
        List<String> all = Answer.to(parsed.text(), directive.tokens().orElse(-1));
        this.cut = asked.maxOutputTokens() > 0
                && asked.maxOutputTokens() < all.size()
                && !directive.quirks().contains(Directive.Quirk.IGNORES_LIMIT);
        this.pieces = cut ? all.subList(0, asked.maxOutputTokens()) : all;
        this.startedAtMillis = clock.millis();
    }

    /** Sends the scaffold and begins; a client that closes its connection ends the run at once. */
    void start() {
        HttpServerResponse response = request.response();
        response.closeHandler(_ -> end(State.ABORTED));
        response.exceptionHandler(_ -> end(State.ABORTED));
        if (asked.stream()) {
            response.putHeader("Content-Type", spoken.contentType())
                    .putHeader("Cache-Control", "no-cache")
                    .putHeader("Connection", "keep-alive")
                    .setChunked(true);
            response.write(wire.begin());
        }
        pace();
    }

    private void pace() {
        paceStartNanos = System.nanoTime();
        pacedFrom = sent;
        long tick = Math.clamp(1_000L / directive.tokensPerSecond(), 5, LONGEST_TICK_MILLIS);
        timer = vertx.setPeriodic(tick, _ -> sendDue());
    }

    private void sendDue() {
        long elapsedNanos = System.nanoTime() - paceStartNanos;
        long due = pacedFrom + elapsedNanos * directive.tokensPerSecond() / 1_000_000_000L;
        while (state == State.RUNNING && sent < due && !obeysAt(sent)) {
            if (sent == pieces.size()) {
                finish();
                return;
            }
            String piece = pieces.get(sent++);
            text.append(piece);
            if (asked.stream()) {
                request.response().write(wire.delta(piece));
            }
        }
    }

    /** Whether the directive has something other than the next piece in mind here. */
    private boolean obeysAt(int offset) {
        if (directive.dieAfter().orElse(-1) == offset) {
            end(State.DIED);
            request.connection().close();
            return true;
        }
        if (directive.failAfter().orElse(-1) == offset) {
            fail();
            return true;
        }
        if (directive.stallAfter().orElse(-1) == offset && !stalled) {
            stalled = true;
            vertx.cancelTimer(timer);
            timer = vertx.setTimer(Math.max(1, directive.stall().toMillis()), _ -> pace());
            return true;
        }
        return false;
    }

    private void finish() {
        AgentUsage usage = usage();
        HttpServerResponse response = request.response();
        end(State.COMPLETED);
        if (asked.stream() && directive.quirks().contains(Directive.Quirk.SPLITS_USAGE)) {
            endInPieces(usage);
        } else if (asked.stream()) {
            response.end(wire.end(text.toString(), usage, cut));
        } else {
            response.putHeader("Content-Type", "application/json; charset=utf-8")
                    .end(wire.whole(text.toString(), usage, cut));
        }
    }

    /** Usage comes twice, and the second time in two packets, cut in the middle of a number. */
    private void endInPieces(AgentUsage usage) {
        HttpServerResponse response = request.response();
        response.write(wire.usageSoFar(new AgentUsage(usage.input(), usage.output() / 2)));
        String last = wire.end(text.toString(), usage, cut);
        int middle = last.lastIndexOf(Long.toString(usage.output())) + 1;
        response.write(last.substring(0, middle));
        vertx.setTimer(PIECES_APART_MILLIS, _ -> {
            if (!response.closed()) {
                response.end(last.substring(middle));
            }
        });
    }

    private void fail() {
        end(State.FAILED);
        if (asked.stream()) {
            request.response().end(wire.fail(text.toString(), usage()));
        } else {
            request.response()
                    .setStatusCode(500)
                    .putHeader("Content-Type", "application/json; charset=utf-8")
                    .end("{\"error\":{\"message\":\"internal error\",\"type\":\"api_error\"}}");
        }
    }

    private AgentUsage usage() {
        return AgentUsage.of(directive.usage(), asked.input(), sent);
    }

    private void end(State last) {
        if (state != State.RUNNING) {
            return;
        }
        state = last;
        closedAtMillis = clock.millis();
        vertx.cancelTimer(timer);
        onEnd.run();
    }

    /** What a test may know about the run; written to by its own event loop, so a value may be a moment old. */
    void describe(ObjectNode node) {
        node.put("state", state.name().toLowerCase(java.util.Locale.ROOT))
                .put("message", asked.message())
                .put("deltas", sent)
                .put("text", text.toString())
                .put("maxOutputTokens", asked.maxOutputTokens())
                .put("sessionKey", request.getHeader("x-openclaw-session-key"))
                .put("startedAtMillis", startedAtMillis)
                .put("closedAtMillis", closedAtMillis);
    }
}
