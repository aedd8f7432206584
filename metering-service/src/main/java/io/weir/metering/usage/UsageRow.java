package io.weir.metering.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.contracts.holds.Micro;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One window and group. Of what it is grouped by, that is absent which the streams had not: a key, a fleet, a model.
 *
 * @param start where the window begins
 * @param account who paid
 * @param key id of the API key
 * @param app fleet of the agent
 * @param agent the agent
 * @param model as the agent named it
 * @param session the conversation
 * @param endReason how the streams ended
 * @param streams settled streams; a late correction is no further one
 * @param tokens sums of their totals
 * @param chargeMicro taken from balances, late corrections included
 * @param receivableMicro used, but not payable at settle time
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageRow(
        Instant start,
        @Nullable String account,
        @Nullable String key,
        @Nullable String app,
        @Nullable String agent,
        @Nullable String model,
        @Nullable String session,
        @Nullable String endReason,
        long streams,
        TokenSums tokens,
        @Micro long chargeMicro,
        @Micro long receivableMicro) {
    @Nullable
    String value(Dimension dimension) {
        return switch (dimension) {
            case ACCOUNT -> account;
            case KEY -> key;
            case APP -> app;
            case AGENT -> agent;
            case MODEL -> model;
            case SESSION -> session;
            case END_REASON -> endReason;
        };
    }
}
