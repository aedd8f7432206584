package io.weir.metering.accounts;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.access.Caller;
import io.weir.metering.answer.ProblemException;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** When the webhook is told that an account runs low. */
@Path("/v1/accounts/{account}/notices")
@Tag(name = "accounts")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@RegisterForReflection(targets = NoticesResource.Notices.class)
public class NoticesResource {
    private static final long MOST_MICRO = 1_000_000_000_000_000L;
    private static final String OPEN = "SELECT balance FROM account_view($1, $2)";
    private static final String SET = """
            UPDATE account SET low_armed = true, low_at = $2, top_up = $3 WHERE id = $1 RETURNING low_at, top_up
            """;
    private static final String GET = """
            SELECT (SELECT low_at FROM account WHERE id = $1) AS low_at, (SELECT top_up FROM account WHERE id = $1) AS top_up
            """;

    private final Database database;
    private final MeteringSettings settings;
    private final Caller caller;

    NoticesResource(Database database, MeteringSettings settings, Caller caller) {
        this.database = database;
        this.settings = settings;
        this.caller = caller;
    }

    /**
     * What an account is told.
     *
     * @param lowBalanceMicro told once when less than this is available, and again only after a grant; absent: never
     * @param topUpMicro asked for with that message, under a key with which it can be granted once; absent: nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Notices(
            @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
            Long lowBalanceMicro,

            @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
            Long topUpMicro) {}

    /** Reads the thresholds. */
    @GET
    @Operation(summary = "When the webhook is told that an account runs low")
    public Uni<Notices> get(@PathParam("account") String id) {
        var account = AccountPath.parse(id);
        caller.mustRead(account);
        return database.one(
                GET, Tuple.of(account.value()), row -> new Notices(row.getLong("low_at"), row.getLong("top_up")));
    }

    /** Sets the thresholds. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Set when the webhook is told that an account runs low",
            description = "dev.weir.account.low.v1 once less than lowBalanceMicro is available; again after a grant"
                    + " brought more. With topUpMicro the message asks for that much, to be granted with topUpKey as the"
                    + " idempotency key.")
    public Uni<Notices> set(@PathParam("account") String id, @Nullable Notices notices) {
        var account = AccountPath.parse(id);
        caller.mustAct(account);
        if (notices == null) {
            throw ProblemException.malformed("The body is missing.");
        }
        amount("lowBalanceMicro", notices.lowBalanceMicro());
        amount("topUpMicro", notices.topUpMicro());
        var arguments = Tuple.of(account.value(), notices.lowBalanceMicro(), notices.topUpMicro());
        return database.one(OPEN, Tuple.of(account.value(), settings.welcomeMicro()), row -> row.getLong("balance"))
                .chain(() ->
                        database.one(SET, arguments, row -> new Notices(row.getLong("low_at"), row.getLong("top_up"))));
    }

    private static void amount(String name, @Nullable Long micro) {
        if (micro != null && (micro < 1 || micro > MOST_MICRO)) {
            throw ProblemException.malformed(name + " must be from 1 to " + MOST_MICRO + ".");
        }
    }
}
