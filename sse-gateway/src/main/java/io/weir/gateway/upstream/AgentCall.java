package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.machines.Dial;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.net.Loops;
import io.weir.gateway.net.NettyBytes;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.sse.BodyDecoder;
import io.weir.streams.sse.EventStream;
import io.weir.streams.sse.NdjsonDecoder;
import io.weir.streams.sse.SseDecoder;
import io.weir.streams.sse.StreamFormatException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One request to one machine. Lives on the stream's event loop; the machine is always read, at the loop's
 * {@link io.weir.gateway.net.Pace}, whatever readers and relay do. Exactly one {@link AgentListener#end} unless {@link #cancel}
 * came first, and nothing after either.
 *
 * <pre>
 *   Connecting ── no connection ─────────────► end(Refused)
 *       │ sent
 *   Waiting ── 503 gateway_unavailable ──────► end(Refused)
 *       │ └── other status ──────────────────► end(Failed)
 *       │ 200 event stream, or lines of JSON
 *   Reading ── terminal ─────────────────────► end(Said)
 *         └── closed, silent, malformed ─────► end(Lost)
 * </pre>
 */
public final class AgentCall {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final String DRAINING = "gateway_unavailable";
    private static final String ANTHROPIC_VERSION = "2023-06-01";
    private static final String NDJSON = "application/x-ndjson";
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private final Home home;
    private final GatewayConfig config;
    private final AgentListener listener;
    private final AnswerReader reader;
    private @Nullable HttpClientRequest request; // until there is a connection
    private boolean over;
    private boolean gathering;
    private final Patience patience;

    /**
     * Where a call lives.
     *
     * @param context the stream's
     * @param clients those of its loop
     * @param config bounds
     */
    public record Home(Context context, Loops.Clients clients, GatewayConfig config) {}

    /**
     * What to ask, and whom.
     *
     * @param machine the machine
     * @param dial how it is reached
     * @param dialect what it speaks
     * @param path where it is asked, below its address
     * @param sessionKey names the conversation
     * @param body the request body
     */
    public record Target(
            Machine machine, Dial dial, AgentDialect dialect, String path, String sessionKey, Buffer body) {}

    private AgentCall(
            Home home, AgentDialect dialect, StreamId stream, ResponseJson canonical, AgentListener listener) {
        this.home = home;
        this.config = home.config();
        this.listener = new UntilOver(listener);
        this.reader = new AnswerReader(dialect, stream, canonical, this.listener, this::progress);
        this.patience = new Patience(config.times().firstDelta(), config.times().silence(), System.nanoTime());
    }

    /** Dispatches; the listener is told the rest, later, on the caller's event loop. */
    public static AgentCall start(
            Home home, Target target, StreamId stream, ResponseJson canonical, AgentListener listener) {
        var call = new AgentCall(home, target.dialect(), stream, canonical, listener);
        home.clients()
                .agents()
                .request(options(target, home.config()))
                .onSuccess(request -> call.send(request, target.body()))
                .onFailure(_ -> call.finish(new AgentEnd.Refused("no connection")));
        return call;
    }

    /** Closes the agent's socket at once; the listener hears nothing more. */
    public void cancel() {
        over = true;
        disconnect();
    }

    /** Looks at the clocks: no first delta, or silence, for too long. */
    public void tick(long nowNanos) {
        if (over) {
            return;
        }
        patience.lost(nowNanos).ifPresent(why -> finish(new AgentEnd.Lost(why)));
    }

    private static RequestOptions options(Target target, GatewayConfig config) {
        var options = target.dial()
                .to(target.machine(), HttpMethod.POST, target.path())
                .setConnectTimeout(config.upstream().connect().toMillis())
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", target.dialect() == AgentDialect.NDJSON ? NDJSON : EventStream.MEDIA_TYPE)
                // Compressed event streams arrive in bursts.
                .putHeader("Accept-Encoding", "identity")
                .putHeader("x-openclaw-session-key", target.sessionKey());
        if (target.dialect() == AgentDialect.ANTHROPIC) {
            options.putHeader("anthropic-version", ANTHROPIC_VERSION);
            target.machine().secret().ifPresent(secret -> options.putHeader("x-api-key", secret));
        } else {
            target.machine().secret().ifPresent(secret -> options.putHeader("Authorization", "Bearer " + secret));
        }
        return options;
    }

    private void send(HttpClientRequest opened, Buffer body) {
        request = opened;
        if (over) {
            disconnect();
            return;
        }
        opened.exceptionHandler(_ -> finish(new AgentEnd.Lost("connection broken")));
        opened.response()
                .onSuccess(this::answered)
                .onFailure(_ -> finish(new AgentEnd.Lost("connection broken before the answer")));
        opened.end(body);
    }

    private void answered(HttpClientResponse response) {
        String type = response.getHeader("Content-Type");
        BodyDecoder body = response.statusCode() == OK && type != null ? decoder(type) : null;
        if (body != null) {
            response.exceptionHandler(_ -> finish(new AgentEnd.Lost("connection broken")));
            HttpConnection connection = response.request().connection();
            response.handler(chunk -> read(connection, body, chunk));
            response.endHandler(_ -> bodyEnded(body));
            return;
        }
        int status = response.statusCode();
        var error = new StringBuilder();
        response.exceptionHandler(_ -> finish(refusal(status, error)));
        response.handler(chunk -> {
            if (error.length() < MAX_ERROR_BYTES) {
                error.append(chunk.toString(StandardCharsets.ISO_8859_1));
            } else {
                finish(refusal(status, error));
            }
        });
        response.endHandler(_ -> finish(refusal(status, error)));
    }

    private @Nullable BodyDecoder decoder(String type) {
        int maxBytes = Math.toIntExact(config.limits().block().asLongValue());
        if (EventStream.isContentType(type)) {
            return new SseDecoder(maxBytes, reader);
        }
        return NdjsonDecoder.isContentType(type) ? new NdjsonDecoder(maxBytes, reader) : null;
    }

    private static AgentEnd refusal(int status, StringBuilder body) {
        boolean draining = status == UNAVAILABLE && body.indexOf('"' + DRAINING + '"') >= 0;
        return draining ? new AgentEnd.Refused("draining") : new AgentEnd.Failed(status);
    }

    /** What came in several chunks until the loop's turn is over is one run. */
    private void read(HttpConnection connection, BodyDecoder decoder, Buffer chunk) {
        if (over) {
            return;
        }
        try {
            decoder.feed(NettyBytes.of(chunk));
        } catch (StreamFormatException e) {
            finish(new AgentEnd.Lost("no sound stream: " + e.kind()));
            return;
        }
        if (!over && !gathering) {
            gathering = true;
            home.clients().pace().read(connection, chunk.length());
            home.context().runOnContext(_ -> turnEnded());
        }
    }

    private void turnEnded() {
        gathering = false;
        if (!over) {
            reader.readComplete();
        }
    }

    private void bodyEnded(BodyDecoder decoder) {
        if (!over) {
            try {
                decoder.end();
                reader.endOfBody();
            } catch (StreamFormatException e) {
                finish(new AgentEnd.Lost("no sound stream: " + e.kind()));
            }
        }
    }

    private void progress() {
        patience.heard(System.nanoTime());
    }

    private void finish(AgentEnd end) {
        listener.end(end);
    }

    private void disconnect() {
        HttpClientRequest opened = request;
        if (opened != null) {
            opened.reset();
        }
    }

    /** Lets nothing through once the call is over, and ends it with the first end. */
    private final class UntilOver implements AgentListener {
        private final AgentListener target;

        UntilOver(AgentListener target) {
            this.target = target;
        }

        @Override
        public void event(String type, boolean commits, LongFunction<ByteBuf> json) {
            if (!over) {
                target.event(type, commits, json);
            }
        }

        @Override
        public void deltas(String type, Place place, ByteBuf text, int[] ends) {
            if (!over) {
                patience.delta();
                target.deltas(type, place, text, ends);
            }
        }

        @Override
        public void model(String model) {
            if (!over) {
                target.model(model);
            }
        }

        @Override
        public void end(AgentEnd end) {
            if (!over) {
                // What was read before comes before; it may be what makes the listener cancel.
                reader.readComplete();
            }
            if (!over) {
                over = true;
                disconnect();
                target.end(end);
            }
        }
    }
}
