package io.weir.metering.grants;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.holds.GrantRequest;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Credits given to accounts. */
@Path("/v1/accounts/{account}/grants")
@Tag(name = "grants")
@Produces(MediaType.APPLICATION_JSON)
@RegisterForReflection(targets = GrantReply.class)
public class GrantsResource {
    private static final long MAX_AMOUNT = 1_000_000_000_000_000L;
    private static final int MAX_NOTE = 200;
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
    @Operation(summary = "Give credits to an account")
    @APIResponse(responseCode = "201", description = "granted")
    @APIResponse(responseCode = "200", description = "the idempotency key stands for this grant already")
    @APIResponse(responseCode = "409", description = "the idempotency key stands for another grant")
    public Uni<Response> give(
            @PathParam("account") String account,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Nullable GrantRequest request) {
        var to = AccountPath.parse(account);
        return grants.give(to, checked(request, key), key, caller.name()).map(outcome -> switch (outcome) {
            case Done<GrantReply>(GrantReply reply, boolean created) ->
                Response.status(created ? 201 : 200).entity(reply).build();
            case Refused<GrantReply> refused -> throw new ProblemException(refused.type(), refused.detail());
        });
    }

    /** Lists what an account was given. */
    @GET
    @Authenticated
    @Operation(summary = "Grants of an account, newest first")
    public Uni<GrantList> list(@PathParam("account") String account) {
        var of = AccountPath.parse(account);
        caller.mustRead(of);
        return grants.list(of).map(GrantList::new);
    }

    private static GrantRequest checked(@Nullable GrantRequest request, @Nullable String key) {
        if (request == null || request.amountMicro() < 1 || request.amountMicro() > MAX_AMOUNT) {
            throw ProblemException.malformed("amountMicro must be from 1 to " + MAX_AMOUNT + ".");
        }
        String kind = request.kind();
        if (kind != null && !kind.equals(Grants.PURCHASED) && !kind.equals(Grants.PROMOTIONAL)) {
            throw ProblemException.malformed("kind must be purchased or promotional.");
        }
        String note = request.note();
        if (note != null && (note.length() > MAX_NOTE || note.indexOf('\0') >= 0)) {
            throw ProblemException.malformed("note must have at most " + MAX_NOTE + " characters.");
        }
        if (key != null && (key.isEmpty() || key.length() > MAX_KEY)) {
            throw ProblemException.malformed("Idempotency-Key must have 1 to " + MAX_KEY + " characters.");
        }
        return request;
    }
}
