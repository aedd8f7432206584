package io.weir.metering.accounts;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.AccountView;
import io.weir.contracts.id.AccountId;
import io.weir.metering.access.Caller;
import io.weir.metering.answer.ProblemException;
import io.weir.metering.database.Database;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Finds accounts by how their names begin: a stretch of the primary key, whatever there is. */
@Path("/v1/accounts")
@Tag(name = "accounts")
@Produces(MediaType.APPLICATION_JSON)
@RegisterForReflection(targets = AccountPage.class)
public class AccountSearchResource {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;
    private static final int LONGEST = 300;
    // Nothing that begins with the prefix comes behind the last of all characters.
    private static final String FIND = """
            SELECT id, balance, held, open_streams FROM account
            WHERE id >= $1 AND id < $1 || chr(1114111) AND id > $2 ORDER BY id LIMIT $3
            """;

    private final Database database;

    AccountSearchResource(Database database) {
        this.database = database;
    }

    /** Accounts that begin so. */
    @GET
    @RolesAllowed({Caller.ADMIN, Caller.BILLING})
    @Operation(
            summary = "Accounts by the beginning of their names",
            description = "Balances as last booked: a grant that begins or ends counts once that is booked, within"
                    + " seconds. An account exists from the first time that anybody asked about it.")
    @APIResponse(
            responseCode = "200",
            description = "a page",
            content =
                    @Content(
                            schema = @Schema(implementation = AccountPage.class),
                            examples =
                                    @ExampleObject(
                                            name = "one account",
                                            value = "{\"accounts\":[{\"account\":\"alice\","
                                                    + "\"balanceMicro\":\"25000000\",\"heldMicro\":\"12000\","
                                                    + "\"availableMicro\":\"24988000\",\"openStreams\":1}]}")))
    public Uni<AccountPage> find(
            @QueryParam("prefix") @Parameter(description = "How names begin; all without it") @Nullable String prefix,
            @QueryParam("after") @Parameter(description = "next of the page before") @Nullable String after,
            @QueryParam("limit") @Parameter(description = "Most accounts of a page: 1 to 200, 50 by default") @Nullable
                    Integer limit) {
        int rows = limit == null ? DEFAULT_LIMIT : limit;
        if (rows < 1 || rows > MOST) {
            throw ProblemException.malformed("limit must be from 1 to " + MOST + ".");
        }
        var arguments = Tuple.of(text("prefix", prefix), text("after", after), rows + 1);
        return database.all(FIND, arguments, AccountSearchResource::view).map(found -> page(found, rows));
    }

    private static AccountPage page(List<AccountView> found, int limit) {
        List<AccountView> shown = found.subList(0, Math.min(limit, found.size()));
        return new AccountPage(
                shown, found.size() > limit ? shown.getLast().account().value() : null);
    }

    private static String text(String name, @Nullable String value) {
        if (value != null && (value.length() > LONGEST || value.indexOf('\0') >= 0)) {
            throw ProblemException.malformed(name + " cannot begin the name of an account.");
        }
        return value == null ? "" : value;
    }

    private static AccountView view(Row row) {
        long balance = row.getLong("balance");
        long held = row.getLong("held");
        return new AccountView(
                new AccountId(row.getString("id")), balance, held, balance - held, row.getInteger("open_streams"));
    }
}
