package io.weir.metering.grants;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.holds.GrantRequest;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.access.Caller;
import io.weir.metering.accounts.AccountPath;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.answer.ProblemException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Credits given to accounts. */
@Path("/v1/accounts/{account}/grants")
@Tag(name = "grants")
@Produces(MediaType.APPLICATION_JSON)
@RegisterForReflection(targets = {GrantReply.class, GrantRequest.class, GrantView.class})
public class GrantsResource {
    private static final int MAX_KEY = 255;

    private final Grants grants;
    private final Caller caller;

    GrantsResource(Grants grants, Caller caller) {
        this.grants = grants;
        this.caller = caller;
    }

    /**
     * Grants of one account.
     *
     * @param grants newest first, at most 200
     */
    public record GrantList(List<GrantView> grants) {
        public GrantList {
            grants = List.copyOf(grants);
        }
    }

    /** Gives credits. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Caller.ADMIN)
    @Operation(
            summary = "Give credits to an account",
            description = "Credit is burned by priority, then by expiry, free before purchased, then by age. Of a grant"
                    + " that expires, the unused rest lapses but for rolloverMaxMicro, which lives on for one more life"
                    + " of the same length; what running streams hold stays theirs.")
    @RequestBody(
            content =
                    @Content(
                            schema = @Schema(implementation = GrantRequest.class),
                            examples = {
                                @ExampleObject(
                                        name = "top-up",
                                        value = "{\"amountMicro\":\"25000000\",\"note\":\"invoice 4711\"}"),
                                @ExampleObject(
                                        name = "monthly allowance",
                                        value = "{\"amountMicro\":\"5000000\",\"kind\":\"promotional\",\"priority\":10,"
                                                + "\"effectiveAt\":\"2027-01-01T00:00:00Z\","
                                                + "\"expiresAt\":\"2027-02-01T00:00:00Z\","
                                                + "\"rolloverMaxMicro\":\"1000000\"}")
                            }))
    @APIResponse(
            responseCode = "201",
            description = "granted",
            content =
                    @Content(
                            schema = @Schema(implementation = GrantReply.class),
                            examples =
                                    @ExampleObject(
                                            name = "granted",
                                            value =
                                                    "{\"grantId\":\"6f0a2f6e-7a53-4a0e-9d0c-2f6f1f3b8f11\",\"account\":\"alice\","
                                                            + "\"amountMicro\":\"25000000\",\"balanceMicro\":\"25000000\","
                                                            + "\"availableMicro\":\"25000000\","
                                                            + "\"grantedAt\":\"2026-12-01T09:30:00Z\"}")))
    @APIResponse(responseCode = "200", description = "the idempotency key stands for this grant already")
    @APIResponse(
            responseCode = "409",
            description = "the idempotency key stands for another grant, or the account has too many unspent ones")
    public Uni<Response> give(
            @PathParam("account") String account,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Nullable GrantRequest request) {
        var to = AccountPath.parse(account);
        if (key != null && (key.isEmpty() || key.length() > MAX_KEY)) {
            throw ProblemException.malformed("Idempotency-Key must have 1 to " + MAX_KEY + " characters.");
        }
        return grants.give(to, GrantTerms.of(request), key, caller.name()).map(outcome -> switch (outcome) {
            case Done<GrantReply>(GrantReply reply, boolean created) ->
                Response.status(created ? 201 : 200).entity(reply).build();
            case Refused<GrantReply> refused -> throw new ProblemException(refused.type(), refused.detail());
        });
    }

    /** Lists what an account was given. */
    @GET
    @Authenticated
    @Operation(summary = "Grants of an account with what is left of each, newest first")
    @APIResponse(
            responseCode = "200",
            description = "as of now: every charge so far is taken off the grants",
            content =
                    @Content(
                            schema = @Schema(implementation = GrantList.class),
                            examples =
                                    @ExampleObject(
                                            name = "one grant",
                                            value =
                                                    "{\"grants\":[{\"grantId\":\"6f0a2f6e-7a53-4a0e-9d0c-2f6f1f3b8f11\","
                                                            + "\"state\":\"active\",\"amountMicro\":\"25000000\","
                                                            + "\"remainingMicro\":\"24999283\",\"spentMicro\":\"717\","
                                                            + "\"lapsedMicro\":\"0\",\"rolledMicro\":\"0\","
                                                            + "\"kind\":\"purchased\",\"priority\":100,"
                                                            + "\"effectiveAt\":\"2026-12-01T09:30:00Z\","
                                                            + "\"rolloverMaxMicro\":\"0\",\"grantedBy\":\"root\","
                                                            + "\"grantedAt\":\"2026-12-01T09:30:00Z\"}]}")))
    public Uni<GrantList> list(@PathParam("account") String account) {
        var of = AccountPath.parse(account);
        caller.mustRead(of);
        return grants.list(of).map(GrantList::new);
    }

    /** Takes a grant back. */
    @POST
    @Path("/{grant}/void")
    @RolesAllowed(Caller.ADMIN)
    @Operation(
            summary = "Take a grant back",
            description = "What is neither spent nor held leaves the account; repeating it changes nothing.")
    @APIResponse(responseCode = "200", description = "voided, now or before")
    @APIResponse(responseCode = "404", description = "the account has no such grant")
    @APIResponse(responseCode = "409", description = "the grant has expired")
    public Uni<GrantView> takeBack(@PathParam("account") String account, @PathParam("grant") String grant) {
        var from = AccountPath.parse(account);
        return grants.takeBack(from, grantId(grant), caller.name()).map(outcome -> outcome.orProblem());
    }

    private static UUID grantId(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw new ProblemException(ProblemType.NOT_FOUND, "No such grant.");
        }
    }
}
