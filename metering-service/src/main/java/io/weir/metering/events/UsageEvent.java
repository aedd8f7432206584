package io.weir.metering.events;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.stream.Totals;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One CloudEvent of the type {@code dev.weir.usage.v1}.
 *
 * @param source who counted, of the envelope
 * @param id names the event among those of its source
 * @param at when it was used
 * @param data what was used
 */
record UsageEvent(String source, String id, Instant at, Data data) {
    /** The one type that is taken. */
    static final String TYPE = "dev.weir.usage.v1";

    /**
     * Its data.
     *
     * @param account who pays
     * @param agent whose price it is
     * @param session the conversation; absent: one of its own
     * @param model as the agent names it
     * @param tokens what was used
     */
    record Data(
            AccountId account,
            AgentName agent,
            @Nullable SessionId session,
            @Nullable String model,
            Totals tokens) {}
}
