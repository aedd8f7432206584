package io.weir.metering.budgets;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.id.AccountId;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sets and lists budgets. They are judged where credit is reserved and extended, under the same lock. */
@ApplicationScoped
class Budgets {
    /** Stands for the whole account where a key could be named. */
    static final UUID WHOLE_ACCOUNT = new UUID(0, 0);

    private static final String SET = "SELECT outcome FROM budget_set($1, $2, $3, $4, $5, $6, $7, $8)";
    private static final String LIST = """
            SELECT key_id, period, time_zone, soft, hard, committed, starts_at, ends_at, noticed_at FROM budget_list($1)
            """;

    private final Database database;
    private final MeteringSettings settings;

    Budgets(Database database, MeteringSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** Sets, replaces or (without limits) removes a budget; false if the account has no such key. */
    Uni<Boolean> set(AccountId account, UUID key, String period, BudgetRequest budget, String by) {
        var arguments = Tuple.tuple()
                .addString(account.value())
                .addUUID(key)
                .addString(period)
                .addString(zone(budget.timeZone()))
                .addLong(budget.softMicro())
                .addLong(budget.hardMicro())
                .addString(by)
                .addLong(settings.welcomeMicro());
        return database.one(SET, arguments, row -> !row.getString("outcome").equals("unknown_key"));
    }

    Uni<List<BudgetView>> list(AccountId account) {
        return database.all(LIST, Tuple.of(account.value()), BudgetView::from);
    }

    private static String zone(@Nullable String named) {
        return named == null ? "UTC" : named;
    }
}
