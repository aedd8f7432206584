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
import io.weir.gateway.handoff.CrossOrigin;
import io.weir.gateway.handoff.Handoff;
import io.weir.gateway.handoff.HandoffConfig;
import io.weir.gateway.machines.Choice;
import io.weir.gateway.machines.SessionKey;
import io.weir.gateway.machines.Wish;
import io.weir.gateway.metering.Claim;
import io.weir.gateway.metering.Claims;
import io.weir.gateway.metering.Releases;
import io.weir.gateway.net.EdgeConnections;
import io.weir.gateway.ticket.TicketCheck;
import io.weir.gateway.ticket.TicketVerifier;
import io.weir.gateway.upstream.Question;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * {@code POST /v1/streams}: a ticket, and the request body that it was made for, answered with the stream; from an edge, or
 * from a caller that an edge has sent here. Before the claim
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
    private final Handoff handoff;
    private final HandoffConfig handoffConfig;
    private final CrossOrigin crossOrigin;
    private final Releases releases;
    private final ReplayDoor replays;
    private final EdgeConnections connections;
    private final ObjectMapper json;

    StreamsRoute(
            Neighbours near,
            HeldBodies bodies,
            OpenStreams streams,
            Claims claims,
            TicketVerifier tickets,
            RelayReaders relayReaders,
            Problems problems,
            Handoff handoff,
            HandoffConfig handoffConfig,
            CrossOrigin crossOrigin,
            Releases releases,
            ReplayDoor replays,
            EdgeConnections connections,
            ObjectMapper json) {
        this.near = near;
        this.bodies = bodies;
        this.streams = streams;
        this.claims = claims;
        this.tickets = tickets;
        this.relayReaders = relayReaders;
        this.problems = problems;
        this.handoff = handoff;
        this.handoffConfig = handoffConfig;
        this.crossOrigin = crossOrigin;
        this.releases = releases;
        this.replays = replays;
        this.connections = connections;
        this.json = json;
    }

    void register(@Observes Router router) {
        router.post(PATH).order(-1000).handler(routing -> accept(routing.request()));
        router.options(PATH).order(-1000).handler(crossOrigin::preflight);
    }

    private void accept(HttpServerRequest request) {
        String edges = request.getHeader(TicketClaims.HEADER);
        String callers = request.getParam(TicketClaims.PARAMETER);
        if (edges != null) {
            connections.asked(request);
            admit(request, edges, claims -> Visitor.edge(request, claims, problems));
        } else if (callers != null) {
            crossOrigin.allow(request);
            admit(
                    request,
                    callers,
                    claims -> new Visitor(request, claims, true, handoff.view(request, claims, false), problems));
        } else {
            problems.send(
                    request,
                    ProblemType.UNAUTHENTICATED,
                    "Send the Weir-Ticket of an edge, or the bearer of an account that posts its own stream.");
        }
    }

    private void admit(HttpServerRequest request, String ticket, Function<TicketClaims, Visitor> visitor) {
        switch (tickets.check(ticket)) {
            case TicketCheck.Rejected(var detail) -> problems.send(request, ProblemType.UNAUTHENTICATED, detail);
            case TicketCheck.Accepted(var claims) -> new Body(visitor.apply(claims)).read();
        }
    }

    /**
     * A body, looked at.
     *
     * @param matches it is the one that the ticket was made for
     * @param asked what it asks, if it asks anything
     * @param bytes its size
     */
    private record Judged(boolean matches, Optional<Handoff.Asked> asked, int bytes) {}

    private void judge(Visitor visitor, byte[] body, HeldBodies.Share held) {
        if (body.length <= JUDGED_ON_LOOP) {
            open(visitor, judged(visitor, body), held);
            return;
        }
        Vertx.currentContext()
                .executeBlocking(() -> judged(visitor, body), false)
                .onSuccess(judged -> open(visitor, judged, held))
                .onFailure(failure -> {
                    held.release();
                    LOG.errorf(failure, "request body not judged stream=%s", visitor.ticket().stream());
                    visitor.refuse(ProblemType.INTERNAL, "The request failed inside the gateway.");
                });
    }

    private Judged judged(Visitor visitor, byte[] body) {
        if (!TicketVerifier.matches(visitor.ticket(), body)) {
            return new Judged(false, Optional.empty(), body.length);
        }
        Optional<Handoff.Asked> asked = visitor.handedOff()
                ? handoff.read(visitor.ticket(), body)
                : Question.read(json, body).map(question -> new Handoff.Asked(question, false));
        return new Judged(true, asked, body.length);
    }

    private void open(Visitor visitor, Judged judged, HeldBodies.Share held) {
        if (!opened(visitor, judged, held)) {
            held.release();
        }
    }

    /** True if a stream keeps the body from now on. */
    private boolean opened(Visitor unread, Judged judged, HeldBodies.Share held) {
        TicketClaims ticket = unread.ticket();
        if (!judged.matches()) {
            unread.refuse(ProblemType.UNAUTHENTICATED, "The ticket was made for another request body.");
            return false;
        }
        Visitor visitor = unread.handedOff()
                ? unread.seeing(handoff.view(
                        unread.request(),
                        ticket,
                        judged.asked().map(Handoff.Asked::usageChunk).orElse(false)))
                : unread;
        if (streams.has(ticket.stream())) {
            relayReaders.serve(visitor);
            return false;
        }
        Optional<Question> question = judged.asked().map(Handoff.Asked::question);
        AgentsConfig.Agent agent = near.agents().agents().get(ticket.agent().value());
        if (question.isEmpty()) {
            notBegun(visitor, ProblemType.MALFORMED, "The body must be a JSON object with a non-empty input.");
        } else if (agent == null) {
            notBegun(visitor, ProblemType.NOT_FOUND, "This gateway knows no such agent.");
        } else if (streams.draining()) {
            notBegun(visitor, ProblemType.GATEWAY_UNAVAILABLE, "This gateway is leaving.");
        } else if (!streams.accepting()) {
            notBegun(visitor, ProblemType.OVERLOADED, "This gateway has all the streams it can carry.");
        } else if (!replays.keepsOut(visitor, agent)) {
            return choose(visitor, agent, question.get(), judged.bytes(), held);
        }
        return false;
    }

    private boolean choose(
            Visitor visitor, AgentsConfig.Agent agent, Question question, int bodyBytes, HeldBodies.Share held) {
        Choice choice = near.fleet().choose(wish(visitor.ticket(), agent, question), Set.of());
        if (choice instanceof Choice.None) {
            notBegun(visitor, ProblemType.NO_MACHINE, ProblemType.NO_MACHINE.title() + ".");
            return false;
        }
        if (choice instanceof Choice.Use use
                && !use.moved()
                && replays.takes(visitor, agent, use.machine(), bodyBytes)) {
            replays.send(visitor, agent, use.machine(), claim -> notOurs(visitor, claim));
            return false;
        }
        return claim(visitor, agent, question, held);
    }

    /** An edge gives the hold back itself; for a caller that it has sent here, we do. */
    private void notBegun(Visitor visitor, ProblemType type, String detail) {
        if (visitor.handedOff()) {
            releases.release(visitor.ticket().stream());
        }
        visitor.refuse(type, detail);
    }

    private static Wish wish(TicketClaims ticket, AgentsConfig.Agent agent, Question question) {
        var session = new SessionKey(ticket.tenant(), ticket.account(), ticket.session());
        return new Wish(agent.app(), session, agent.stateless(), question.machine());
    }

    private boolean claim(Visitor visitor, AgentsConfig.Agent agent, Question question, HeldBodies.Share held) {
        Context context = Vertx.currentContext();
        TicketClaims ticket = visitor.ticket();
        var reader = new Reader(visitor, handoffConfig.commitAfter());
        Source.Opener dialled = told -> new Dialled(near, ticket, agent, question, told);
        var stream = new LiveStream(near, context, ticket, agent, question, reader, dialled, done -> {
            streams.remove(done, context);
            held.release();
        });
        if (!streams.add(stream, context)) {
            relayReaders.serve(visitor);
            return false;
        }
        claims.claim(ticket.stream(), () -> unanswered(visitor, stream)).onSuccess(claim -> {
            if (claim instanceof Claim.Won won) {
                near.lease().claimed(won.sentNanos(), ticket.hold().leaseSeconds());
                stream.begin(won);
            } else {
                streams.remove(stream, context);
                held.release();
                notOurs(visitor, claim);
            }
        });
        return true;
    }

    /** The caller is told; should the claim be won later, the stream ends at once, and so does its hold. */
    private void unanswered(Visitor visitor, LiveStream stream) {
        stream.stop(EndReason.METERING_UNAVAILABLE);
        notOurs(visitor, new Claim.Unavailable());
    }

    private void notOurs(Visitor visitor, Claim claim) {
        if (visitor.response().ended() || visitor.response().closed()) {
            return;
        }
        switch (claim) {
            case Claim.Won _ -> throw new IllegalArgumentException("ours");
            case Claim.Lost _ -> relayReaders.serve(visitor);
            case Claim.Over _ -> relayReaders.serveEnded(visitor);
            case Claim.Unknown _ -> visitor.refuse(ProblemType.NOT_FOUND, "There is no such stream.");
            case Claim.Unavailable _ ->
                visitor.refuse(ProblemType.METERING_UNAVAILABLE, "The stream cannot be claimed right now.");
        }
    }

    /** Reads a body within its bound, and within that of all bodies. */
    private final class Body {
        private final Visitor visitor;
        private final HttpServerRequest request;
        private final long maxBytes = near.config().limits().body().asLongValue();
        private final HeldBodies.Share held = bodies.share();
        private Buffer body = Buffer.buffer();
        private boolean refused;

        Body(Visitor visitor) {
            this.visitor = visitor;
            this.request = visitor.request();
        }

        void read() {
            request.handler(this::add);
            request.endHandler(_ -> {
                if (!refused) {
                    judge(visitor, body.getBytes(), held);
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
            visitor.refuse(type, detail);
        }

        private void abandon() {
            refused = true;
            body = Buffer.buffer();
            held.release();
        }
    }
}
