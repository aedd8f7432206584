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
    static final String BREAKAGE = "system:breakage";

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

    /** Unused credit of a grant leaves its account, by expiry or by a void. */
    void lapse(AccountId id, boolean expired, long micro) {
        account(id).balance -= micro;
        book(null, expired ? "expired" : "voided", id.value(), -micro);
        book(null, expired ? "breakage" : "withdrawn", expired ? BREAKAGE : ISSUED, micro);
    }

    /** The names of a settlement's legs. */
    record Legs(String charge, String revenue, String receivable) {}

    static final Legs FINAL = new Legs("charge", "revenue", "receivable");
    static final Legs LATE = new Legs("late", "late_revenue", "late_receivable");

    /** The legs of a settle; none of zero. */
    void charge(StreamId stream, AccountId id, Legs legs, long charge, long receivable) {
        account(id).balance -= charge;
        book(stream, legs.charge(), id.value(), -charge);
        book(stream, legs.revenue(), REVENUE, charge + receivable);
        book(stream, legs.receivable(), RECEIVABLE, -receivable);
    }

    private void book(@Nullable StreamId stream, String leg, String account, long amount) {
        if (amount != 0) {
            entries.add(new Entry(entries.size() + 1L, stream, leg, account, amount));
        }
    }
}
