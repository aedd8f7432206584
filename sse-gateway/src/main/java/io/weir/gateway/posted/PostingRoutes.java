package io.weir.gateway.posted;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.GatewayConfig;
import io.weir.streams.sse.BodyDecoder;
import io.weir.streams.sse.EventStream;
import io.weir.streams.sse.NdjsonDecoder;
import io.weir.streams.sse.SseDecoder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * What agents call to post their streams. {@code POST /v1/streams} is an edge's with a ticket and an agent's without one: a
 * request that carries a ticket is left to the next route, whatever else it carries.
 */
@ApplicationScoped
public class PostingRoutes {
    private static final Logger LOG = Logger.getLogger(PostingRoutes.class);
    private static final int BEFORE_TICKETS = -1001;
    private static final int MAX_KEY = 255;

    private final GatewayConfig gateway;
    private final PostingConfig config;
    private final PosterTokens tokens;
    private final Openings openings;
    private final PostedStreams streams;
    private final Answers answers;
    private final ObjectMapper json;

    PostingRoutes(
            GatewayConfig gateway,
            PostingConfig config,
            PosterTokens tokens,
            Openings openings,
            PostedStreams streams,
            Answers answers,
            ObjectMapper json) {
        this.gateway = gateway;
        this.config = config;
        this.tokens = tokens;
        this.openings = openings;
        this.streams = streams;
        this.answers = answers;
        this.json = json;
    }

    void register(@Observes Router router) {
        router.post("/v1/streams").order(BEFORE_TICKETS).handler(this::opening);
        router.post("/v1/streams/:id/events").order(BEFORE_TICKETS).handler(this::events);
        router.get("/v1/streams/:id/socket").order(BEFORE_TICKETS).handler(this::socket);
        router.get("/v1/streams/:id").order(BEFORE_TICKETS).handler(this::standing);
    }

    private void opening(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        boolean ticket =
                request.getHeader(TicketClaims.HEADER) != null || request.getParam(TicketClaims.PARAMETER) != null;
        if (ticket || PosterTokens.of(request).isEmpty()) {
            routing.next();
            return;
        }
        request.pause();
        answer(request, tokens.require(request).compose(poster -> body(request)
                .compose(body -> openings.open(poster, Opening.read(json, body), key(request), sha256(body)))
                .onSuccess(opened -> {
                    String place = "/v1/streams/" + opened.standing().streamId();
                    request.response()
                            .putHeader("Location", place)
                            .putHeader(
                                    StreamId.HEADER,
                                    opened.standing().streamId().toString());
                    answers.send(request, opened.created() ? 201 : 200, opened.standing());
                })));
    }

    private static Optional<String> key(HttpServerRequest request) {
        Optional<String> key = Optional.ofNullable(request.getHeader("Idempotency-Key"));
        if (key.filter(text -> text.isEmpty() || text.length() > MAX_KEY).isPresent()) {
            throw new PostingException(
                    ProblemType.MALFORMED, "Idempotency-Key must have 1 to " + MAX_KEY + " characters.");
        }
        return key;
    }

    private void events(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        request.pause();
        answer(
                request,
                tokens.require(request).map(poster -> open(routing, poster)).map(stream -> {
                    var numbers = new Numbers(stream, from(request));
                    BodyDecoder decoder = decoder(request.getHeader("Content-Type"), numbers);
                    new Upload(
                                    request,
                                    stream,
                                    decoder,
                                    answers,
                                    gateway.limits().body().asLongValue())
                            .begin();
                    return stream;
                }));
    }

    private static long from(HttpServerRequest request) {
        String from = request.getParam("from");
        if (from == null) {
            return 0;
        }
        try {
            long number = Long.parseLong(from);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            LOG.debugf("no number value=%s", from);
        }
        throw new PostingException(
                ProblemType.MALFORMED, "\"from\" must be the number of the body's first event, from 1 on.");
    }

    private BodyDecoder decoder(@org.jspecify.annotations.Nullable String type, SseDecoder.Handler handler) {
        int maxBytes = Math.toIntExact(gateway.limits().block().asLongValue());
        if (type != null && EventStream.isContentType(type)) {
            return new SseDecoder(maxBytes, handler);
        }
        if (type != null && NdjsonDecoder.isContentType(type)) {
            return new NdjsonDecoder(maxBytes, handler);
        }
        throw new PostingException(
                ProblemType.UNSUPPORTED_MEDIA_TYPE, "Events come as text/event-stream or application/x-ndjson.");
    }

    private void socket(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        request.pause();
        answer(
                request,
                tokens.require(request).map(poster -> open(routing, poster)).compose(stream -> {
                    if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
                        throw new PostingException(ProblemType.MALFORMED, "This is for WebSockets.");
                    }
                    return request.toWebSocket().map(socket -> {
                        new Socket(socket, stream, answers).begin(config.ping().toMillis());
                        return stream;
                    });
                }));
    }

    private void standing(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        answer(request, tokens.require(request).map(poster -> {
            Standing standing =
                    id(routing).flatMap(id -> streams.standing(id, poster)).orElseThrow(PostingRoutes::unknown);
            answers.send(request, 200, standing);
            return standing;
        }));
    }

    private PostedStream open(RoutingContext routing, Poster poster) {
        StreamId id = id(routing).orElseThrow(PostingRoutes::unknown);
        return streams.open(id, poster)
                .orElseThrow(() ->
                        streams.standing(id, poster).map(PostingRoutes::ended).orElseGet(PostingRoutes::unknown));
    }

    private static Optional<StreamId> id(RoutingContext routing) {
        try {
            return Optional.of(StreamId.parse(routing.pathParam("id")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static PostingException unknown() {
        return new PostingException(ProblemType.NOT_FOUND, "There is no such stream here.");
    }

    private static PostingException ended(Standing standing) {
        return new PostingException(ProblemType.CONFLICT, "The stream has ended: " + standing.reason() + ".");
    }

    private void answer(HttpServerRequest request, Future<?> work) {
        work.onFailure(failure -> {
            if (failure instanceof PostingException problem) {
                answers.send(request, problem);
            } else {
                LOG.errorf(failure, "request failed path=%s", request.path());
                answers.send(
                        request, new PostingException(ProblemType.INTERNAL, "The request failed inside the gateway."));
            }
        });
    }

    /** The body of an opening, within its bound. */
    private Future<byte[]> body(HttpServerRequest request) {
        long maxBytes = config.opening().asLongValue();
        Promise<byte[]> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + (long) chunk.length() > maxBytes) {
                request.handler(_ -> {});
                whole.tryFail(
                        new PostingException(ProblemType.TOO_LARGE, "The body is larger than " + maxBytes + " bytes."));
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> whole.tryComplete(body.getBytes()));
        request.exceptionHandler(whole::tryFail);
        request.resume();
        return whole.future();
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
