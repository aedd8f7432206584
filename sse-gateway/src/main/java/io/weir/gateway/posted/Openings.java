package io.weir.gateway.posted;

import io.vertx.core.Future;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.slots.SlotRequest;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.metering.Reserved;
import io.weir.gateway.metering.Reserving;
import io.weir.gateway.stream.Source;
import io.weir.gateway.stream.Started;
import io.weir.gateway.stream.Starts;
import io.weir.streams.render.Dialect;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Opens posted streams: reserves on the poster's account, takes the topic where it belongs to its first writer, claims. On the
 * event loop that the stream is to live on; answers fail with a {@link PostingException} and nothing else.
 */
@ApplicationScoped
class Openings {
    private static final Logger LOG = Logger.getLogger(Openings.class);
    private static final int LIFE_SECONDS = 10;

    private final GatewayConfig gateway;
    private final PostingConfig config;
    private final PostedTopics topics;
    private final PostingAgents agents;
    private final PostedStreams streams;
    private final Reserving reserving;
    private final Starts starts;
    private final RandomGenerator random = new SecureRandom();

    Openings(
            GatewayConfig gateway,
            PostingConfig config,
            PostedTopics topics,
            PostingAgents agents,
            PostedStreams streams,
            Reserving reserving,
            Starts starts) {
        this.gateway = gateway;
        this.config = config;
        this.topics = topics;
        this.agents = agents;
        this.streams = streams;
        this.reserving = reserving;
        this.starts = starts;
    }

    /**
     * What became of it.
     *
     * @param standing of the stream
     * @param created false if the account had opened it before
     */
    record Opened(Standing standing, boolean created) {}

    /** What all steps of one opening share. */
    private record Case(Poster poster, Opening opening, PostedTopics.Place place, AgentName agent, String bodySha256) {}

    /**
     * Opens a stream.
     *
     * @param key the poster's idempotency key, if it gave one
     * @param bodySha256 lower-case hex, of the opening as it came
     */
    Future<Opened> open(Poster poster, Opening opening, Optional<String> key, String bodySha256) {
        Optional<Started.Refused> refusal = starts.refusal();
        if (refusal.isPresent()) {
            return notOurs(refusal.get());
        }
        Case one;
        try {
            var place = topics.place(poster, opening.topic(), opening.vocabulary());
            one = new Case(poster, opening, place, agents.choose(opening.agent(), poster), bodySha256);
        } catch (PostingException e) {
            return Future.failedFuture(e);
        }
        StreamId stream = StreamId.next(InstantSource.system(), random);
        var request = new ReserveRequest(
                stream,
                poster.payer(),
                one.place().session(),
                one.agent(),
                opening.promptTokens(),
                opening.maxOutputTokens(),
                config.maxStreamsPerAccount(),
                key.orElse("posted-" + stream),
                false,
                bodySha256,
                opening.byok(),
                LIFE_SECONDS,
                poster.apiKey());
        return reserving
                .reserve(request)
                .compose(reserved -> slot(one, reserved))
                .compose(reserved -> claim(one, reserved));
    }

    private Future<Reserved> slot(Case one, Reserved reserved) {
        return reserved instanceof Reserved.Held held && one.place().firstWriter()
                ? reserving.take(
                        new SlotRequest(
                                one.poster().tenant(),
                                one.place().topic(),
                                one.poster().payer(),
                                held.hold().streamId()),
                        held)
                : Future.succeededFuture(reserved);
    }

    private Future<Opened> claim(Case one, Reserved reserved) {
        return switch (reserved) {
            case Reserved.Held held -> start(one, held);
            case Reserved.Known(var stream) -> again(one, stream);
            case Reserved.Refused(var type, var detail) -> refused(type, detail);
        };
    }

    private Future<Opened> start(Case one, Reserved.Held held) {
        StreamId stream = held.hold().streamId();
        var reserved = new TicketClaims(
                stream,
                one.poster().tenant(),
                one.poster().account(),
                one.place().session(),
                one.agent(),
                one.place().topic(),
                one.place().vocabulary(),
                Dialect.RESPONSES.wire(),
                one.opening().maxOutputTokens(),
                one.bodySha256(),
                held.hold());
        var agent = agents.config(one.agent());
        var posted = new PostedStream[1];
        Source.Opener source = told -> {
            posted[0] = new PostedStream(told, one.poster(), agent, gateway, config, () -> streams.ended(posted[0]));
            return posted[0];
        };
        Future<Started> started = starts.start(reserved, agent, one.opening().asked(), source);
        if (posted[0] != null) {
            streams.add(posted[0]);
        }
        return started.compose(outcome -> switch (outcome) {
            case Started.Claimed _ -> posted[0].begun().compose(standing -> begun(posted[0], standing));
            case Started.Refused refused -> {
                if (posted[0] != null) {
                    streams.forget(posted[0]);
                }
                yield notOurs(refused);
            }
        });
    }

    private static Future<Opened> notOurs(Started.Refused refused) {
        return refused(refused.type(), refused.detail());
    }

    private Future<Opened> begun(PostedStream own, Standing standing) {
        if (standing.isOpen()) {
            LOG.infof(
                    "stream opened by its agent tenant=%s stream=%s",
                    own.poster().tenant(), own.stream());
            return Future.succeededFuture(new Opened(standing, true));
        }
        return EndReason.CREDITS_EXHAUSTED.wire().equals(standing.reason())
                ? refused(ProblemType.INSUFFICIENT_CREDITS, "The account cannot pay for a useful answer.")
                : refused(ProblemType.CONFLICT, "The stream has ended: " + standing.reason() + ".");
    }

    /** The same opening again, or another one of the same topic: whoever has lost the answer goes on with the stream. */
    private Future<Opened> again(Case one, StreamId stream) {
        return streams.opening(stream, one.poster())
                .map(found -> found.begun().compose(Openings::still))
                .orElseGet(() -> streams.standing(stream, one.poster())
                        .map(Openings::still)
                        .orElseGet(() -> refused(
                                ProblemType.CONFLICT, "The stream has been opened at another gateway, or has ended.")));
    }

    private static Future<Opened> still(Standing standing) {
        return standing.isOpen() ? Future.succeededFuture(new Opened(standing, false)) : ended(standing);
    }

    private static Future<Opened> ended(Standing standing) {
        return refused(ProblemType.CONFLICT, "The stream has ended: " + standing.reason() + ".");
    }

    private static <T> Future<T> refused(ProblemType type, String detail) {
        return Future.failedFuture(new PostingException(type, detail));
    }
}
