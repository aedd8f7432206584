package io.weir.relay.conversation;

import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.TotalsPage;
import io.weir.relay.access.Callers;
import io.weir.relay.problem.ProblemException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the terminal runs of closed logs counted, for metering's audit. A stream belongs to the time at which its id was
 * made, which no clock of ours changes afterwards: the same range names the same streams at metering.
 */
@Path("/v1/totals")
@Produces(MediaType.APPLICATION_JSON)
public class TotalsResource {
    private static final Logger LOG = Logger.getLogger(TotalsResource.class);
    private static final int DEFAULT_LIMIT = 1_000;
    private static final int MAX_LIMIT = 5_000;
    /** 48 bits of milliseconds. */
    private static final long LAST_MILLI = (1L << 48) - 1;

    private final Callers callers;
    private final TotalsStore store;

    TotalsResource(Callers callers, TotalsStore store) {
        this.callers = callers;
        this.store = store;
    }

    /**
     * One page, youngest stream first.
     *
     * @param from first instant
     * @param to first instant behind
     * @param before only streams with a smaller id: where the page before ended
     * @param limit 1 to 5,000 streams
     */
    @GET
    @Operation(summary = "Totals of closed streams, youngest first (scope internal)")
    public Uni<TotalsPage> totals(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("before") @Nullable String before,
            @QueryParam("limit") @Nullable String limit,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization) {
        return callers.internal(authorization).chain(() -> {
            UUID first = lowest("from", from);
            UUID behind = lowest("to", to);
            UUID end = before == null ? behind : cursor(before);
            return store.page(first, end, limit(limit))
                    .onFailure(failure -> !(failure instanceof ProblemException))
                    .transform(TotalsResource::unreadable);
        });
    }

    private static ProblemException unreadable(Throwable failure) {
        LOG.warnf("totals cannot be read cause=%s", failure.getClass().getSimpleName());
        return new ProblemException(ProblemType.RELAY_UNAVAILABLE, "The totals cannot be read right now");
    }

    /** The smallest id of an instant. */
    private static UUID lowest(String name, @Nullable String text) {
        try {
            long millis = Instant.parse(String.valueOf(text)).toEpochMilli();
            return new UUID(Math.clamp(millis, 0, LAST_MILLI) << 16, 0);
        } catch (DateTimeException | ArithmeticException e) {
            throw new ProblemException(
                    ProblemType.MALFORMED, name + " must be an instant such as 2026-12-01T00:00:00Z");
        }
    }

    private static UUID cursor(String text) {
        try {
            return StreamId.parse(text).value();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.MALFORMED, "before must be a stream id");
        }
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        try {
            return Math.clamp(Long.parseLong(text), 1, MAX_LIMIT);
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemType.MALFORMED, "limit must be a whole number");
        }
    }
}
