package io.weir.gateway.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.machines.Choice;
import io.weir.gateway.machines.SessionKey;
import io.weir.gateway.machines.Wish;
import io.weir.gateway.metering.Claim;
import io.weir.gateway.metering.Claims;
import io.weir.gateway.ticket.TicketCheck;
import io.weir.gateway.ticket.TicketVerifier;
import io.weir.gateway.upstream.Question;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * {@code POST /v1/streams}: a ticket and the request body it was made for, answered with the stream. Before the claim
 * everything is a problem; after a won claim everything is an event of the stream.
 */
@ApplicationScoped
public class StreamsRoute {
    private static final Logger LOG = Logger.getLogger(StreamsRoute.class);
    private static final String PATH = "/v1/streams";
    /** Bodies beyond this size, in bytes, are hashed and parsed off the event loop. */
    private static final int JUDGED_ON_LOOP = 64 * 1024;

    private final Neighbours near;
    private final HeldBodies bodies;
    private final OpenStreams streams;
    private final Claims claims;
    private final TicketVerifier tickets;
    private final RelayReaders relayReaders;
    private final Problems problems;
    private final ObjectMapper json;

    StreamsRoute(
            Neighbours near,
            HeldBodies bodies,
            OpenStreams streams,
            Claims claims,
            TicketVerifier tickets,
            RelayReaders relayReaders,
            Problems problems,
            ObjectMapper json) {
        this.near = near;
        this.bodies = bodies;
        this.streams = streams;
        this.claims = claims;
        this.tickets = tickets;
        this.relayReaders = relayReaders;
        this.problems = problems;
        this.json = json;
    }

    void register(@Observes Router router) {
        router.post(PATH).order(-1000).handler(routing -> accept(routing.request()));
    }

    private void accept(HttpServerRequest request) {
        String ticket = request.getHeader(TicketClaims.HEADER);
        if (ticket == null) {
            problems.send(request, ProblemType.UNAUTHENTICATED, "The Weir-Ticket header is missing.");
            return;
        }
        switch (tickets.check(ticket)) {
            case TicketCheck.Rejected(var detail) -> problems.send(request, ProblemType.UNAUTHENTICATED, detail);
            case TicketCheck.Accepted(var claims) -> new Body(request, claims).read();
        }
    }

    /**
     * A body, looked at.
     *
     * @param matches it is the one that the ticket was made for
     * @param question what it asks, if it asks anything
     */
    private record Judged(boolean matches, Optional<Question> question) {}

    private void judge(HttpServerRequest request, TicketClaims ticket, byte[] body, HeldBodies.Share held) {
        if (body.length <= JUDGED_ON_LOOP) {
            open(request, ticket, judged(ticket, body), held);
            return;
        }
        Vertx.currentContext()
                .executeBlocking(() -> judged(ticket, body), false)
                .onSuccess(judged -> open(request, ticket, judged, held))
                .onFailure(failure -> {
                    held.release();
                    LOG.errorf(failure, "request body not judged stream=%s", ticket.stream());
                    problems.send(request, ProblemType.INTERNAL, "The request failed inside the gateway.");
                });
    }

    private Judged judged(TicketClaims ticket, byte[] body) {
        boolean matches = TicketVerifier.matches(ticket, body);
        return new Judged(matches, matches ? Question.read(json, body) : Optional.empty());
    }

    private void open(HttpServerRequest request, TicketClaims ticket, Judged judged, HeldBodies.Share held) {
        if (!opened(request, ticket, judged, held)) {
            held.release();
        }
    }

    /** True if a stream keeps the body from now on. */
    private boolean opened(HttpServerRequest request, TicketClaims ticket, Judged judged, HeldBodies.Share held) {
        if (!judged.matches()) {
            problems.send(request, ProblemType.UNAUTHENTICATED, "The ticket was made for another request body.");
            return false;
        }
        if (streams.has(ticket.stream())) {
            relayReaders.serve(request, ticket);
            return false;
        }
        Optional<Question> question = judged.question();
        AgentsConfig.Agent agent = near.agents().agents().get(ticket.agent().value());
        if (question.isEmpty()) {
            problems.send(request, ProblemType.MALFORMED, "The body must be a JSON object with a non-empty input.");
        } else if (agent == null) {
            problems.send(request, ProblemType.NOT_FOUND, "This gateway knows no such agent.");
        } else if (streams.draining()) {
            problems.send(request, ProblemType.GATEWAY_UNAVAILABLE, "This gateway is leaving.");
        } else if (!streams.accepting()) {
            problems.send(request, ProblemType.OVERLOADED, "This gateway has all the streams it can carry.");
        } else if (near.fleet().choose(wish(ticket, agent, question.get()), Set.of()) instanceof Choice.None) {
            problems.send(request, ProblemType.NO_MACHINE, ProblemType.NO_MACHINE.title() + ".");
        } else {
            return claim(request, ticket, agent, question.get(), held);
        }
        return false;
    }

    private static Wish wish(TicketClaims ticket, AgentsConfig.Agent agent, Question question) {
        var session = new SessionKey(ticket.tenant(), ticket.account(), ticket.session());
        return new Wish(agent.app(), session, agent.stateless(), question.machine());
    }

    private boolean claim(
            HttpServerRequest request,
            TicketClaims ticket,
            AgentsConfig.Agent agent,
            Question question,
            HeldBodies.Share held) {
        Context context = Vertx.currentContext();
        var reader =
                new Reader(request.response(), ticket.stream(), ticket.agent().value());
        var stream = new LiveStream(near, context, ticket, agent, question, reader, done -> {
            streams.remove(done, context);
            held.release();
        });
        if (!streams.add(stream, context)) {
            relayReaders.serve(request, ticket);
            return false;
        }
        claims.claim(ticket.stream(), () -> unanswered(request, ticket, stream)).onSuccess(claim -> {
            if (claim instanceof Claim.Won won) {
                near.lease().claimed(won.sentNanos(), ticket.hold().leaseSeconds());
                stream.begin(won);
            } else {
                streams.remove(stream, context);
                held.release();
                notOurs(request, ticket, claim);
            }
        });
        return true;
    }

    /** The caller is told; should the claim be won later, the stream ends at once, and so does its hold. */
    private void unanswered(HttpServerRequest request, TicketClaims ticket, LiveStream stream) {
        stream.stop(EndReason.METERING_UNAVAILABLE);
        notOurs(request, ticket, new Claim.Unavailable());
    }

    private void notOurs(HttpServerRequest request, TicketClaims ticket, Claim claim) {
        if (request.response().ended() || request.response().closed()) {
            return;
        }
        switch (claim) {
            case Claim.Won _ -> throw new IllegalArgumentException("ours");
            case Claim.Lost _ -> relayReaders.serve(request, ticket);
            case Claim.Over _ -> relayReaders.serveEnded(request, ticket);
            case Claim.Unknown _ -> problems.send(request, ProblemType.NOT_FOUND, "There is no such stream.");
            case Claim.Unavailable _ ->
                problems.send(request, ProblemType.METERING_UNAVAILABLE, "The stream cannot be claimed right now.");
        }
    }

    /** Reads a body within its bound, and within that of all bodies. */
    private final class Body {
        private final HttpServerRequest request;
        private final TicketClaims ticket;
        private final long maxBytes = near.config().limits().body().asLongValue();
        private final HeldBodies.Share held = bodies.share();
        private Buffer body = Buffer.buffer();
        private boolean refused;

        Body(HttpServerRequest request, TicketClaims ticket) {
            this.request = request;
            this.ticket = ticket;
        }

        void read() {
            request.handler(this::add);
            request.endHandler(_ -> {
                if (!refused) {
                    judge(request, ticket, body.getBytes(), held);
                }
            });
            request.exceptionHandler(_ -> abandon());
            long declared = declared();
            if (declared > maxBytes) {
                refuse(ProblemType.TOO_LARGE, "The body is larger than " + maxBytes + " bytes.");
            } else if (!held.growTo(declared)) {
                full();
            }
            request.resume();
        }

        private long declared() {
            String length = request.getHeader("Content-Length");
            try {
                return length == null ? 0 : Math.max(0, Long.parseLong(length));
            } catch (NumberFormatException e) {
                return 0; // counted as it comes
            }
        }

        private void add(Buffer chunk) {
            if (refused) {
                return;
            }
            if (body.length() + chunk.length() > maxBytes) {
                refuse(ProblemType.TOO_LARGE, "The body is larger than " + maxBytes + " bytes.");
            } else if (!held.growTo(body.length() + (long) chunk.length())) {
                full();
            } else {
                body.appendBuffer(chunk);
            }
        }

        private void full() {
            refuse(ProblemType.OVERLOADED, "This gateway holds all the request bodies that it can.");
        }

        private void refuse(ProblemType type, String detail) {
            abandon();
            problems.send(request, type, detail);
        }

        private void abandon() {
            refused = true;
            body = Buffer.buffer();
            held.release();
        }
    }
}
