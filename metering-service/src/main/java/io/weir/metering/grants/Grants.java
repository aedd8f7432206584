package io.weir.metering.grants;

import io.quarkus.hibernate.reactive.panache.common.WithSession;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.holds.GrantRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.answer.Outcome;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gives credits in one statement; lists what was given. */
@ApplicationScoped
class Grants {
    static final String PURCHASED = "purchased";
    static final String PROMOTIONAL = "promotional";
    private static final String GRANT = """
            SELECT outcome, grant_id, amount, granted_at, balance, available
            FROM account_grant($1, $2, $3, $4, $5, $6, $7, $8)
            """;

    private final Database database;
    private final MeteringSettings settings;
    private final GrantRows rows;

    Grants(Database database, MeteringSettings settings, GrantRows rows) {
        this.database = database;
        this.settings = settings;
        this.rows = rows;
    }

    Uni<Outcome<GrantReply>> give(AccountId account, GrantRequest request, @Nullable String key, String by) {
        var arguments = Tuple.tuple()
                .addUUID(UUID.randomUUID())
                .addString(account.value())
                .addLong(request.amountMicro())
                .addString(Objects.requireNonNullElse(request.kind(), PURCHASED))
                .addString(request.note())
                .addString(key)
                .addString(by)
                .addLong(settings.welcomeMicro());
        return database.one(GRANT, arguments, row -> given(account, row));
    }

    @WithSession
    Uni<List<GrantView>> list(AccountId account) {
        return rows.of(account)
                .map(grants -> grants.stream().map(GrantView::from).toList());
    }

    private static Outcome<GrantReply> given(AccountId account, Row row) {
        String outcome = row.getString("outcome");
        if (outcome.equals("key_reused")) {
            return new Refused<>(ProblemType.KEY_REUSED, "This idempotency key stands for another grant.");
        }
        var reply = new GrantReply(
                row.getUUID("grant_id"),
                account,
                row.getLong("amount"),
                row.getLong("balance"),
                row.getLong("available"),
                row.getOffsetDateTime("granted_at").toInstant());
        return new Done<>(reply, outcome.equals("created"));
    }
}
