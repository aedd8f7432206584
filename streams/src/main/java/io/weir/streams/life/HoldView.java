package io.weir.streams.life;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import java.util.List;
import java.util.Optional;

/**
 * What the book says of one stream: the receipt's figures.
 *
 * @param state {@code RESERVED}, {@code OPEN}, {@code SETTLED} or {@code RELEASED}
 * @param grantedMicro credits held while open
 * @param epoch the epoch in force
 * @param totals what was billed; while open, as far as reported
 * @param reason absent while open
 * @param chargeMicro taken from the balance, a late correction included
 * @param receivableMicro used, but not payable
 * @param lostByOwner settled by a fence or a sweep
 * @param late a late correction was taken
 * @param cancelled a cancel is stored
 * @param customerMicro sum of the stream's entries on the customer's account
 */
public record HoldView(
        String state,
        long grantedMicro,
        long epoch,
        Totals totals,
        Optional<EndReason> reason,
        long chargeMicro,
        long receivableMicro,
        boolean lostByOwner,
        boolean late,
        boolean cancelled,
        long customerMicro) {
    static HoldView of(Hold hold, List<Ledger.Entry> entries, StreamId stream) {
        long customer = entries.stream()
                .filter(entry -> stream.equals(entry.stream()))
                .filter(entry -> entry.account().equals(hold.request.account().value()))
                .mapToLong(Ledger.Entry::amount)
                .sum();
        return new HoldView(
                hold.state.name(),
                hold.granted,
                hold.epoch,
                hold.totals,
                Optional.ofNullable(hold.reason),
                hold.charge + hold.lateCharge,
                hold.receivable + hold.lateReceivable,
                hold.lostEpoch > 0,
                hold.lateTaken,
                hold.cancelled,
                customer);
    }
}
