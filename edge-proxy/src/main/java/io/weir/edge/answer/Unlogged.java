package io.weir.edge.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.holds.Holds;
import io.weir.edge.identity.Caller;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.ServiceAnswer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A stream of which the relay has nothing. There may be no such stream; or its gateway is about to open the log, or to bring
 * it back to a relay that has lost it. Metering knows which: who is told that there is none does not come back.
 */
final class Unlogged {
    private final Holds holds;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final Duration patience;

    /** With the time for which the log of an ended stream may still come back. */
    Unlogged(Holds holds, ObjectMapper json, InstantSource clock, Duration patience) {
        this.holds = holds;
        this.json = json;
        this.clock = clock;
        this.patience = patience;
    }

    /** What the caller is told; 404 only if nothing can come any more. Never fails. */
    Future<ProblemException> problem(Caller caller, StreamId stream) {
        return holds.receipt(stream, caller.payer())
                .map(receipt -> mayStillCome(receipt) ? later() : none())
                .recover(failure -> Future.succeededFuture(
                        failure instanceof ProblemException problem && problem.type() == ProblemType.NOT_FOUND
                                ? none()
                                : later()));
    }

    private boolean mayStillCome(ServiceAnswer receipt) {
        JsonNode read;
        try {
            read = json.readTree(receipt.body().getBytes());
        } catch (IOException _) {
            return true;
        }
        if (!read.path("state").asText().equals("settled")) {
            return true;
        }
        // A hold that was given back has no end: nothing has begun.
        String ended = read.path("endedAt").asText();
        return !ended.isEmpty() && Instant.parse(ended).plus(patience).isAfter(clock.instant());
    }

    static ProblemException none() {
        return new ProblemException(ProblemType.NOT_FOUND, "There is no such stream.");
    }

    static ProblemException later() {
        return new ProblemException(ProblemType.RELAY_UNAVAILABLE, "The stream cannot be read right now; try again.");
    }
}
