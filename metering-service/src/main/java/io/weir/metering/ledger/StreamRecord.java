package io.weir.metering.ledger;

import io.weir.contracts.holds.Receipt;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.UsageSource;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Gathers the rows of one stream, in the order in which they are read, into its receipt. */
final class StreamRecord {
    private final HoldRow hold;
    private @Nullable SettlementRow settlement;
    private @Nullable LateCorrectionRow correction;

    StreamRecord(HoldRow hold) {
        this.hold = hold;
    }

    void settled(@Nullable SettlementRow row) {
        settlement = row;
    }

    void corrected(@Nullable LateCorrectionRow row) {
        correction = row;
    }

    Receipt receipt(List<EntryRow> entries) {
        var legs = entries.stream().map(StreamRecord::leg).toList();
        var end = settlement;
        return end == null ? open(legs) : ended(end, legs);
    }

    /** Not settled: figures as far as reported. A released hold was never begun and costs nothing. */
    private Receipt open(List<Receipt.Entry> legs) {
        boolean released = hold.state.equals("RELEASED");
        var started = hold.claimedAt == null ? hold.createdAt : hold.claimedAt;
        return new Receipt(
                new StreamId(hold.streamId),
                new AccountId(hold.account),
                new SessionId(hold.session),
                new AgentName(hold.agent),
                null,
                hold.tokens.totals(),
                UsageSource.COUNTED,
                hold.priceVersion,
                0,
                0,
                legs,
                released && hold.cancelled ? EndReason.CANCELLED : null,
                started.toInstant(),
                null,
                null,
                released ? "settled" : "settling",
                released && hold.cancelled,
                null,
                hold.priceName);
    }

    private Receipt ended(SettlementRow end, List<Receipt.Entry> legs) {
        var late = correction;
        // The totals are those that charge and receivable were computed from.
        boolean corrected = late != null && late.charge + late.receivable > 0;
        return new Receipt(
                new StreamId(hold.streamId),
                new AccountId(hold.account),
                new SessionId(hold.session),
                new AgentName(hold.agent),
                late != null && end.model == null ? late.model : end.model,
                corrected && late != null ? late.tokens.totals() : end.tokens.totals(),
                source(corrected && late != null ? late.usageSource : end.usageSource),
                hold.priceVersion,
                end.charge + (late == null ? 0 : late.charge),
                end.receivable + (late == null ? 0 : late.receivable),
                legs,
                EndReason.ofWire(end.reason),
                end.startedAt.toInstant(),
                instant(late != null && end.firstTokenAt == null ? late.firstTokenAt : end.firstTokenAt),
                end.endedAt.toInstant(),
                "settled",
                EndReason.ofWire(end.reason) != EndReason.COMPLETED,
                late != null && end.textSha256 == null ? late.textSha256 : end.textSha256,
                hold.priceName);
    }

    private static Receipt.Entry leg(EntryRow row) {
        return new Receipt.Entry(row.id, row.leg, row.account, row.amount, row.bookedAt.toInstant());
    }

    private static UsageSource source(String wire) {
        return UsageSource.valueOf(wire.toUpperCase(Locale.ROOT));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
