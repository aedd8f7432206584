package io.weir.metering.grants;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.answer.Outcome;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gives credits, takes them back and lists what was given: one statement each. */
@ApplicationScoped
class Grants {
    private static final int NEWEST = 200;
    private static final String GRANT = """
            SELECT r.outcome, (r.granted).id, (r.granted).amount, (r.granted).created_at, r.balance, r.available
            FROM account_grant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) r
            """;
    private static final String VOID = "SELECT r.outcome, " + GrantView.COLUMNS
            + " FROM account_void($1, $2, $3) r CROSS JOIN LATERAL (SELECT r.voided AS g) v";
    private static final String LIST = "SELECT " + GrantView.COLUMNS + " FROM account_grants($1, $2) g";

    private final Database database;
    private final MeteringSettings settings;

    Grants(Database database, MeteringSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    Uni<Outcome<GrantReply>> give(AccountId account, GrantTerms terms, @Nullable String key, String by) {
        var arguments = Tuple.tuple()
                .addUUID(UUID.randomUUID())
                .addString(account.value())
                .addLong(terms.amountMicro())
                .addString(terms.kind())
                .addInteger(terms.priority())
                .addOffsetDateTime(time(terms.effectiveAt()))
                .addOffsetDateTime(time(terms.expiresAt()))
                .addLong(terms.rolloverMaxMicro())
                .addString(terms.note())
                .addString(key)
                .addString(terms.hash())
                .addString(by)
                .addLong(settings.welcomeMicro())
                .addInteger(settings.grants().perAccount());
        return database.one(GRANT, arguments, row -> given(account, row));
    }

    Uni<Outcome<GrantView>> takeBack(AccountId account, UUID grant, String by) {
        return database.one(VOID, Tuple.of(account.value(), grant, by), row -> switch (row.getString("outcome")) {
            case "unknown" -> new Refused<>(ProblemType.NOT_FOUND, "No such grant.");
            case "ended" -> new Refused<>(ProblemType.CONFLICT, "The grant has expired.");
            default -> Outcome.done(GrantView.from(row));
        });
    }

    Uni<List<GrantView>> list(AccountId account) {
        return database.all(LIST, Tuple.of(account.value(), NEWEST), GrantView::from);
    }

    private Outcome<GrantReply> given(AccountId account, Row row) {
        return switch (row.getString("outcome")) {
            case "key_reused" ->
                new Refused<>(ProblemType.KEY_REUSED, "This idempotency key stands for another grant.");
            case "over" -> new Refused<>(ProblemType.MALFORMED, "expiresAt must be in the future.");
            case "too_many" ->
                new Refused<>(
                        ProblemType.CONFLICT,
                        "The account has " + settings.grants().perAccount() + " unspent grants, which is the most.");
            case String outcome -> new Done<>(reply(account, row), outcome.equals("created"));
        };
    }

    private static GrantReply reply(AccountId account, Row row) {
        return new GrantReply(
                row.getUUID("id"),
                account,
                row.getLong("amount"),
                row.getLong("balance"),
                row.getLong("available"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
