package io.weir.contracts.holds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one stream used and cost.
 *
 * @param streamId the stream
 * @param account who paid
 * @param session the conversation
 * @param agent the agent that answered
 * @param model the model that the agent named, if it did
 * @param tokens totals; while {@code settling}, as far as reported
 * @param usageSource where the totals come from
 * @param priceVersion version of the price they were multiplied with
 * @param chargeMicro taken from the balance
 * @param receivableMicro used, but not payable at settle time
 * @param entries ledger entries of this stream, a late correction on its own line
 * @param endReason absent while the stream is open
 * @param startedAt when the credits were reserved, or the stream claimed
 * @param firstTokenAt absent if no delta came
 * @param endedAt absent while the stream is open
 * @param state {@code settling} until the hold is settled
 * @param cutOff true where the answer did not come to its own end
 * @param textSha256 lower-case hex SHA-256 of the closed text (UTF-8), as the gateway gave it; absent where it gave none
 * @param priceName name of the price in the price book
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Receipt(
        StreamId streamId,
        AccountId account,
        SessionId session,
        AgentName agent,
        @Nullable String model,
        Totals tokens,
        UsageSource usageSource,
        int priceVersion,
        @Micro long chargeMicro,
        @Micro long receivableMicro,
        List<Entry> entries,
        @Nullable EndReason endReason,
        Instant startedAt,
        @Nullable Instant firstTokenAt,
        @Nullable Instant endedAt,
        String state,
        boolean cutOff,
        @Nullable String textSha256,
        String priceName) {
    public Receipt {
        entries = List.copyOf(entries);
    }

    /**
     * One leg in the ledger.
     *
     * @param id position in the ledger
     * @param leg {@code charge}, {@code revenue}, {@code receivable}, {@code late}, …
     * @param account account or system account it is booked on
     * @param amountMicro signed
     * @param at booking time
     */
    public record Entry(
            long id, String leg, String account, @Micro long amountMicro, Instant at) {}
}
