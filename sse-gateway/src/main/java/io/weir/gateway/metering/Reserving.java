package io.weir.gateway.metering;

import io.vertx.core.Future;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.slots.SlotReply;
import io.weir.contracts.slots.SlotRequest;
import io.weir.gateway.net.Loops;
import io.weir.gateway.net.ServiceClient.Answer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import org.jboss.logging.Logger;

/**
 * Reserves the streams that agents open at this gateway themselves. Nothing is repeated: a hold that nobody claims is given
 * back by metering after its few seconds. Completes on the caller's context, never fails.
 */
@ApplicationScoped
public class Reserving {
    private static final Logger LOG = Logger.getLogger(Reserving.class);
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final Reserved AWAY = new Reserved.Refused(
            ProblemType.METERING_UNAVAILABLE, "Credits cannot be checked right now. Nothing was started; try again.");

    private final Loops loops;
    private final MeteringClient metering;
    private final Releases releases;

    Reserving(Loops loops, MeteringClient metering, Releases releases) {
        this.loops = loops;
        this.metering = metering;
        this.releases = releases;
    }

    /** Holds credits for a stream. */
    public Future<Reserved> reserve(ReserveRequest request) {
        return metering.post(loops.here().services(), "/v1/holds", request)
                .compose(answer -> switch (answer.status()) {
                    case CREATED -> metering.read(answer, ReserveReply.class).<Reserved>map(Reserved.Held::new);
                    case OK ->
                        metering.read(answer, ReserveReply.class)
                                .<Reserved>map(reply -> new Reserved.Known(reply.streamId()));
                    default -> refusal(answer);
                })
                .recover(Reserving::away);
    }

    /**
     * Takes a topic that belongs to its first writer.
     *
     * @param held the hold of the stream that asks, which is given back unless the topic is now that stream's
     */
    public Future<Reserved> take(SlotRequest request, Reserved.Held held) {
        return metering.post(loops.here().services(), "/v1/slots", request)
                .compose(answer -> switch (answer.status()) {
                    case CREATED -> Future.<Reserved>succeededFuture(held);
                    case OK ->
                        metering.read(answer, SlotReply.class)
                                .<Reserved>map(reply -> new Reserved.Known(reply.streamId()));
                    default -> refusal(answer);
                })
                .recover(Reserving::away)
                .onSuccess(outcome -> {
                    if (outcome != held) {
                        releases.release(request.streamId());
                    }
                });
    }

    private Future<Reserved> refusal(Answer answer) {
        if (answer.status() >= 500 || answer.status() == 401) {
            return Future.failedFuture("metering answered " + answer.status());
        }
        return metering.read(answer, Problem.class).map(problem -> {
            ProblemType type = Arrays.stream(ProblemType.values())
                    .filter(known -> known.uri().equals(String.valueOf(problem.type())))
                    .findFirst()
                    .orElse(ProblemType.INTERNAL);
            return new Reserved.Refused(type, String.valueOf(problem.detail()));
        });
    }

    private static Future<Reserved> away(Throwable failure) {
        LOG.warnf("reserve unanswered reason=%s", failure.getMessage());
        return Future.succeededFuture(AWAY);
    }
}
