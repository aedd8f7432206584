package io.weir.metering.accounts;

import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.AccountView;
import io.weir.contracts.id.AccountId;
import io.weir.metering.access.Caller;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Balances. */
@Path("/v1/accounts/{account}")
@Tag(name = "accounts")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
public class AccountsResource {
    private static final String VIEW = "SELECT balance, held, open_streams FROM account_view($1, $2)";

    private final Database database;
    private final MeteringSettings settings;
    private final Caller caller;

    AccountsResource(Database database, MeteringSettings settings, Caller caller) {
        this.database = database;
        this.settings = settings;
        this.caller = caller;
    }

    /** The balance of an account; an unknown one is opened, with its welcome grant. */
    @GET
    @Operation(summary = "Balance of an account", description = "Opens an unknown account with its welcome grant.")
    public Uni<AccountView> view(@PathParam("account") String id) {
        var account = AccountPath.parse(id);
        caller.mustRead(account);
        return database.one(VIEW, Tuple.of(account.value(), settings.welcomeMicro()), row -> view(account, row));
    }

    private static AccountView view(AccountId account, Row row) {
        long balance = row.getLong("balance");
        long held = row.getLong("held");
        return new AccountView(account, balance, held, balance - held, row.getInteger("open_streams"));
    }
}
