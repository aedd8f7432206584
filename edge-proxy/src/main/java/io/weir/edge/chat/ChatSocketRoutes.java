package io.weir.edge.chat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.admission.Admission;
import io.weir.edge.answer.Goodbyes;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.socketticket.SocketTickets;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/chat/ws}: questions, answers, stops and resumed streams over one WebSocket. Who calls is settled before the
 * upgrade: by bearer, by session cookie, or, for browsers, which have no header to put a token in, by the offered
 * subprotocol {@code weir.bearer.<token>} or {@code weir.ticket.<one-time ticket>}.
 */
@Singleton
public final class ChatSocketRoutes implements HttpServerOptionsCustomizer {
    static final String PATH = "/api/chat/ws";

    private static final String BEARER = "weir.bearer.";
    private static final String TICKET = "weir.ticket.";
    /** RFC 6455's registry: the service restarts; come again. */
    private static final short RESTARTS = 1012;

    private static final Buffer NOTHING = Buffer.buffer();

    private final Vertx vertx;
    private final Callers callers;
    private final SocketTickets tickets;
    private final Admission admission;
    private final Goodbyes goodbyes;
    private final ProblemWriter problems;
    private final ChatSocket.Parts parts;
    private final ChatSocketConfig config;
    private final ObjectMapper json;
    private final AtomicInteger open = new AtomicInteger();

    ChatSocketRoutes(
            Vertx vertx,
            Callers callers,
            SocketTickets tickets,
            Admission admission,
            Goodbyes goodbyes,
            ProblemWriter problems,
            ChatSocket.Parts parts,
            ChatSocketConfig config,
            ObjectMapper json,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.callers = callers;
        this.tickets = tickets;
        this.admission = admission;
        this.goodbyes = goodbyes;
        this.problems = problems;
        this.parts = parts;
        this.config = config;
        this.json = json;
        meters.gauge("weir.edge.sockets", open);
    }

    /** Events are small and come one by one: nothing is compressed. Of the offered subprotocols the first is accepted. */
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(config.maxMessageBytes())
                .setMaxWebSocketMessageSize(config.maxMessageBytes())
                .addWebSocketSubProtocol("*");
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }

    void routes(@Observes Router router) {
        router.get(PATH).handler(this::open);
    }

    private void open(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!"websocket".equals(lower(request.getHeader("Upgrade")))) {
            problems.write(context, ProblemType.MALFORMED, "This address speaks WebSocket.");
            return;
        }
        request.pause();
        admission.knock(request);
        Optional<String> ticket = offered(request, TICKET);
        (ticket.isPresent() ? byTicket(context, ticket.get()) : byCredentials(context))
                .onFailure(failure -> problems.write(context, failure));
    }

    private Future<Void> byTicket(RoutingContext context, String ticket) {
        // What the ticket was asked with is not here to be looked at again; a reserve judges an API key by itself.
        return tickets.redeem(ticket).compose(caller -> upgrade(context, caller, () -> Future.succeededFuture(caller)));
    }

    private Future<Void> byCredentials(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!request.headers().contains("Authorization")) {
            // As the header that everything else reads.
            offered(request, BEARER).ifPresent(token -> request.headers().set("Authorization", "Bearer " + token));
        }
        return callers.require(context, KeyScope.CHAT)
                .compose(caller -> upgrade(context, caller, () -> callers.require(context, KeyScope.CHAT)));
    }

    /** What stands behind this prefix among the subprotocols that the client offers. */
    private static Optional<String> offered(HttpServerRequest request, String prefix) {
        String offered = request.getHeader("Sec-WebSocket-Protocol");
        return offered == null
                ? Optional.empty()
                : Arrays.stream(offered.split(",", -1))
                        .map(String::strip)
                        .filter(protocol -> protocol.startsWith(prefix))
                        .map(protocol -> protocol.substring(prefix.length()))
                        .findFirst();
    }

    private Future<Void> upgrade(RoutingContext context, Caller caller, Supplier<Future<Caller>> again) {
        if (open.incrementAndGet() > config.maxSockets()) {
            open.decrementAndGet();
            throw new ProblemException(ProblemType.OVERLOADED, "Too many sockets are open here; try again.");
        }
        return context.request()
                .toWebSocket()
                .onFailure(_ -> open.decrementAndGet())
                .map(socket -> {
                    serve(context, caller, again, socket);
                    return null;
                });
    }

    private void serve(RoutingContext context, Caller caller, Supplier<Future<Caller>> again, ServerWebSocket socket) {
        var wire = new SocketWire(socket, json);
        var chat = new ChatSocket(parts, context, caller, again, wire);
        var loop = vertx.getOrCreateContext();
        Runnable forget = goodbyes.add(() -> loop.runOnContext(_ -> sendAway(socket)));
        var heard = new AtomicLong(System.nanoTime());
        long pings = vertx.setPeriodic(config.ping().toMillis(), _ -> ping(socket, heard.get()));
        socket.pongHandler(_ -> heard.set(System.nanoTime()));
        socket.textMessageHandler(text -> {
            heard.set(System.nanoTime());
            chat.message(Buffer.buffer(text));
        });
        socket.binaryMessageHandler(_ -> wire.close(ProblemType.MALFORMED));
        // A message beyond its bound is reported here and dropped; after any other failure nobody reads this.
        socket.exceptionHandler(_ -> wire.close(ProblemType.TOO_LARGE));
        socket.closeHandler(_ -> {
            open.decrementAndGet();
            vertx.cancelTimer(pings);
            forget.run();
            chat.gone();
        });
    }

    private static void sendAway(ServerWebSocket socket) {
        if (!socket.isClosed()) {
            socket.close(RESTARTS, "Leaving; resume elsewhere.");
        }
    }

    private void ping(ServerWebSocket socket, long heardNanos) {
        if (System.nanoTime() - heardNanos > config.silent().toNanos()) {
            // It would not read a close frame either.
            socket.close((short) 1001, "Nothing was heard.");
        } else {
            socket.writePing(NOTHING);
        }
    }

    private static @Nullable String lower(@Nullable String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }
}
