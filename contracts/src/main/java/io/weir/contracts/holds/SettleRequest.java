package io.weir.contracts.holds;

import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/holds/{stream}/settle}. Repeating it is harmless: the stored result comes back.
 *
 * @param epoch the claim's epoch
 * @param totals final totals
 * @param usageSource where they come from
 * @param reason how the stream ended
 * @param model the model that the agent named, if it did
 * @param textSha256 lower-case hex SHA-256 of the closed text (UTF-8)
 * @param startedAt when the stream was claimed
 * @param firstTokenAt when the first delta came; absent if none did
 * @param endedAt when the terminal was decided
 */
public record SettleRequest(
        long epoch,
        Totals totals,
        UsageSource usageSource,
        EndReason reason,
        @Nullable String model,
        @Nullable String textSha256,
        Instant startedAt,
        @Nullable Instant firstTokenAt,
        Instant endedAt) {}
