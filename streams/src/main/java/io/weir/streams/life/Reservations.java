package io.weir.streams.life;

import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import java.util.HashMap;
import java.util.Map;

/** Which request gets a hold, and which finds one again by its stream or its key. */
final class Reservations {
    private final HoldRules rules;
    private final Ledger ledger;
    private final Map<StreamId, Hold> holds;
    private final Map<Key, Hold> keys = new HashMap<>();

    private record Key(AccountId account, String value) {}

    /** Reservations that are written into the book's holds. */
    Reservations(HoldRules rules, Ledger ledger, Map<StreamId, Hold> holds) {
        this.rules = rules;
        this.ledger = ledger;
        this.holds = holds;
    }

    /** In this order: known stream, known key, limit of open streams, credit. */
    HoldAnswer.Reserve reserve(Hold wanted) {
        ReserveRequest request = wanted.request;
        Hold known = holds.get(request.streamId());
        boolean own = known != null && known.request.account().equals(request.account());
        if (known != null) {
            return own && known.state != Hold.State.RELEASED ? again(known) : new HoldAnswer.Reserve.StreamExists();
        }
        Hold sameKey = keys.get(new Key(request.account(), request.idempotencyKey()));
        if (sameKey != null && keyStands(sameKey, wanted.reservedAt)) {
            return sameKey.request.bodyHash().equals(request.bodyHash())
                    ? again(sameKey)
                    : new HoldAnswer.Reserve.KeyReused();
        }
        int open = openStreams(request.account());
        return open >= request.maxOpenStreams() ? new HoldAnswer.Reserve.TooManyOpen(open) : hold(wanted);
    }

    /** A hold that waits for its claim is answered as new: the first answer may have been lost, and nobody started it. */
    private HoldAnswer.Reserve again(Hold hold) {
        ReserveReply reply = reply(hold, hold.granted < hold.target(leaseTokens(hold)));
        return hold.state == Hold.State.RESERVED
                ? new HoldAnswer.Reserve.Held(reply)
                : new HoldAnswer.Reserve.Known(reply);
    }

    private HoldAnswer.Reserve hold(Hold hold) {
        ReserveRequest request = hold.request;
        Ledger.Account account = ledger.account(request.account());
        long wanted = hold.target(leaseTokens(hold));
        long smallest = hold.price.chargeMicro(Totals.counted(request.promptTokens(), 1));
        if (account.available() < Math.min(wanted, Math.max(rules.minimumReserveMicro(), smallest))) {
            return new HoldAnswer.Reserve.NotEnoughCredit(account.available());
        }
        hold.granted = Math.min(wanted, account.available());
        account.held += hold.granted;
        holds.put(request.streamId(), hold);
        keys.put(new Key(request.account(), request.idempotencyKey()), hold);
        return new HoldAnswer.Reserve.Held(reply(hold, hold.granted < wanted));
    }

    /** A released hold started and charged nothing: its key is free again. */
    private boolean keyStands(Hold hold, long now) {
        boolean remembered = !hold.request.keyUntilEnd()
                && now - hold.reservedAt < rules.keyLife().toMillis();
        return hold.holds() || (hold.state == Hold.State.SETTLED && remembered);
    }

    /** Streams of an account that hold credits. */
    int openStreams(AccountId account) {
        return Math.toIntExact(holds.values().stream()
                .filter(hold -> hold.holds() && hold.request.account().equals(account))
                .count());
    }

    /** Tokens of one lease at the agent's configured rate. */
    long leaseTokens(Hold hold) {
        return Math.multiplyExact(rules.lease().toSeconds(), (long) hold.tokensPerSecond);
    }

    private ReserveReply reply(Hold hold, boolean last) {
        return new ReserveReply(
                hold.request.streamId(),
                hold.granted,
                Math.toIntExact(rules.lease().toSeconds()),
                last,
                ledger.account(hold.request.account()).available(),
                hold.price);
    }
}
