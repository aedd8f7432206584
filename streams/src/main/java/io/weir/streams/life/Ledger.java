package io.weir.streams.life;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Accounts and entries: double entry, system accounts without a balance of their own. */
final class Ledger {
    static final String REVENUE = "system:revenue";
    static final String RECEIVABLE = "system:receivable";
    static final String ISSUED = "system:issued";

    /** One account's row. */
    static final class Account {
        long balance;
        long held;

        long available() {
            return balance - held;
        }
    }

    /**
     * One leg.
     *
     * @param stream absent for a grant of credits
     */
    record Entry(long id, @Nullable StreamId stream, String leg, String account, long amount) {}

    private final Map<AccountId, Account> accounts = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    Account account(AccountId id) {
        return accounts.computeIfAbsent(id, _ -> new Account());
    }

    Map<AccountId, Account> accounts() {
        return accounts;
    }

    List<Entry> entries() {
        return entries;
    }

    void grant(AccountId id, long micro) {
        account(id).balance += micro;
        book(null, "grant", id.value(), micro);
        book(null, "issued", ISSUED, -micro);
    }

    /** The legs of a settle; a receivable leg only where there is something to be received. */
    void charge(StreamId stream, AccountId id, String prefix, long charge, long receivable) {
        account(id).balance -= charge;
        book(stream, prefix + "charge", id.value(), -charge);
        if (receivable > 0) {
            book(stream, prefix + "receivable", RECEIVABLE, -receivable);
        }
        book(stream, prefix + "revenue", REVENUE, charge + receivable);
    }

    private void book(@Nullable StreamId stream, String leg, String account, long amount) {
        entries.add(new Entry(entries.size() + 1L, stream, leg, account, amount));
    }
}
