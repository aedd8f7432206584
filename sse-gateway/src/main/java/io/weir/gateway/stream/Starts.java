package io.weir.gateway.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.metering.Claim;
import io.weir.gateway.metering.Claims;
import io.weir.gateway.upstream.Question;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Starts streams that nobody reads directly and no machine is called for: their events come from a {@link Source}. */
@ApplicationScoped
public class Starts {
    private final Neighbours near;
    private final OpenStreams streams;
    private final Claims claims;

    Starts(Neighbours near, OpenStreams streams, Claims claims) {
        this.near = near;
        this.streams = streams;
        this.claims = claims;
    }

    /** Why no stream is taken just now, if so; asked before anything is reserved. */
    public Optional<Started.Refused> refusal() {
        if (streams.draining()) {
            return Optional.of(refused(ProblemType.GATEWAY_UNAVAILABLE, "This gateway is leaving."));
        }
        return streams.accepting()
                ? Optional.empty()
                : Optional.of(refused(ProblemType.OVERLOADED, "This gateway has all the streams it can carry."));
    }

    /**
     * Claims a reserved stream. Called on the event loop that the stream is to live on; completes there, and never fails.
     *
     * @param stream what was reserved, and for whom
     * @param question what the agent was asked, as far as it is known
     */
    public Future<Started> start(
            TicketClaims stream, AgentsConfig.Agent agent, Question question, Source.Opener source) {
        Optional<Started.Refused> refusal = refusal();
        if (refusal.isPresent()) {
            return Future.succeededFuture(refusal.get());
        }
        Context context = Vertx.currentContext();
        var live = new LiveStream(
                near,
                context,
                stream,
                agent,
                question,
                DirectReader.NONE,
                source,
                done -> streams.remove(done, context));
        if (!streams.add(live, context)) {
            return Future.succeededFuture(refused(ProblemType.CONFLICT, "The stream is being opened already."));
        }
        Promise<Started> started = Promise.promise();
        claims.claim(stream.stream(), () -> {
                    live.stop(EndReason.METERING_UNAVAILABLE);
                    started.tryComplete(refused(new Claim.Unavailable()));
                })
                .onSuccess(claim -> {
                    if (claim instanceof Claim.Won won) {
                        near.lease().claimed(won.sentNanos(), stream.hold().leaseSeconds());
                        live.begin(won);
                        started.tryComplete(new Started.Claimed());
                    } else {
                        streams.remove(live, context);
                        started.tryComplete(refused(claim));
                    }
                });
        return started.future();
    }

    private static Started.Refused refused(Claim claim) {
        return switch (claim) {
            case Claim.Won _ -> throw new IllegalArgumentException("ours");
            case Claim.Lost _ -> refused(ProblemType.CONFLICT, "Another gateway has opened this stream.");
            case Claim.Over _ -> refused(ProblemType.CONFLICT, "The stream has ended.");
            case Claim.Unknown _ -> refused(ProblemType.NOT_FOUND, "There is no such stream.");
            case Claim.Unavailable _ ->
                refused(ProblemType.METERING_UNAVAILABLE, "The stream cannot be claimed right now.");
        };
    }

    private static Started.Refused refused(ProblemType type, String detail) {
        return new Started.Refused(type, detail);
    }
}
