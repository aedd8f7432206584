package io.weir.metering.budgets;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.access.Caller;
import io.weir.metering.accounts.AccountPath;
import io.weir.metering.answer.ProblemException;
import io.weir.metering.keys.KeysResource;
import io.weir.metering.usage.TimeZones;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Budgets of accounts and of their keys. */
@Path("/v1/accounts/{account}/budgets")
@Tag(name = "budgets")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@RegisterForReflection(targets = {BudgetRequest.class, BudgetView.class})
public class BudgetsResource {
    private static final Set<String> PERIODS = Set.of("day", "month");
    private static final long MOST_MICRO = 1_000_000_000_000_000L;

    private final Budgets budgets;
    private final Caller caller;

    BudgetsResource(Budgets budgets, Caller caller) {
        this.budgets = budgets;
        this.caller = caller;
    }

    /**
     * Budgets of one account.
     *
     * @param budgets the account's own first, then its keys'
     */
    public record BudgetList(List<BudgetView> budgets) {
        public BudgetList {
            budgets = List.copyOf(budgets);
        }
    }

    /** Lists budgets. */
    @GET
    @Operation(summary = "Budgets of an account and its keys, and what counts against them now")
    public Uni<BudgetList> list(@PathParam("account") String account) {
        var of = AccountPath.parse(account);
        caller.mustRead(of);
        return budgets.list(of).map(BudgetList::new);
    }

    /** Sets a budget. */
    @PUT
    @Path("/{period}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Set the budget of a day or month, of the account or (with key) of one of its keys",
            description = "A stream counts in the period of its reserve: with all it holds while it runs, then with its"
                    + " charge. At the hard limit new streams are refused with 402 and running ones end where their hold"
                    + " ends. What an agent reports beyond what was held is charged all the same.")
    @RequestBody(
            content =
                    @Content(
                            schema = @Schema(implementation = BudgetRequest.class),
                            examples =
                                    @ExampleObject(
                                            name = "ten credits a day, told at eight",
                                            value = "{\"softMicro\":\"8000000\",\"hardMicro\":\"10000000\","
                                                    + "\"timeZone\":\"Europe/Vienna\"}")))
    @APIResponse(responseCode = "200", description = "set; all budgets of the account")
    @APIResponse(responseCode = "404", description = "the account has no such key")
    public Uni<BudgetList> set(
            @PathParam("account") String account,
            @PathParam("period") String period,
            @QueryParam("key") @Nullable String key,
            @Nullable BudgetRequest request) {
        var of = AccountPath.parse(account);
        caller.mustAct(of);
        return put(of, period, key, checked(request))
                .chain(() -> budgets.list(of))
                .map(BudgetList::new);
    }

    /** Removes a budget. */
    @DELETE
    @Path("/{period}")
    @Operation(summary = "Remove a budget; repeating it changes nothing")
    public Uni<Void> remove(
            @PathParam("account") String account,
            @PathParam("period") String period,
            @QueryParam("key") @Nullable String key) {
        var of = AccountPath.parse(account);
        caller.mustAct(of);
        return put(of, period, key, new BudgetRequest(null, null, null));
    }

    private Uni<Void> put(AccountId account, String period, @Nullable String key, BudgetRequest budget) {
        if (!PERIODS.contains(period)) {
            throw new ProblemException(ProblemType.NOT_FOUND, "A budget is of a day or of a month.");
        }
        UUID of = key == null ? Budgets.WHOLE_ACCOUNT : KeysResource.keyId(key);
        return budgets.set(account, of, period, budget, caller.isService() ? account.value() : caller.name())
                .invoke(BudgetsResource::mustExist)
                .replaceWithVoid();
    }

    private static BudgetRequest checked(@Nullable BudgetRequest request) {
        if (request == null || (request.softMicro() == null && request.hardMicro() == null)) {
            throw ProblemException.malformed("softMicro or hardMicro must be given.");
        }
        amount("softMicro", request.softMicro());
        amount("hardMicro", request.hardMicro());
        String zone = request.timeZone();
        if (zone != null) {
            TimeZones.parse(zone);
        }
        return request;
    }

    private static void amount(String name, @Nullable Long micro) {
        if (micro != null && (micro < 0 || micro > MOST_MICRO)) {
            throw ProblemException.malformed(name + " must be from 0 to " + MOST_MICRO + ".");
        }
    }

    private static void mustExist(boolean known) {
        if (!known) {
            throw new ProblemException(ProblemType.NOT_FOUND, "No such key.");
        }
    }
}
