package io.weir.edge.account;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.keys.KeyScope;
import io.weir.edge.holds.Holds;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.StreamIds;
import io.weir.edge.wire.ServiceAnswer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The caller: who it is, what it has, what a stream cost. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "account")
public class AccountResource {
    private final Callers callers;
    private final Holds holds;

    /** Every method authenticates by itself. */
    public AccountResource(Callers callers, Holds holds) {
        this.callers = callers;
        this.holds = holds;
    }

    /** The caller's account and roles. */
    @GET
    @Path("/me")
    @Operation(summary = "Who is signed in")
    public Uni<Me> me(RoutingContext context) {
        return Uni.createFrom()
                .completionStage(() -> callers.anyone(context).toCompletionStage())
                .map(Me::of);
    }

    /** The caller's credits, in micro-credits as strings. */
    @GET
    @Path("/me/balance")
    @Operation(summary = "Credits owned, held and available")
    public Uni<Response> balance(RoutingContext context) {
        return Uni.createFrom()
                .completionStage(() -> callers.require(context, KeyScope.USAGE)
                        .compose(caller -> holds.account(caller.payer()))
                        .toCompletionStage())
                .map(AccountResource::passOn);
    }

    /** What one of the caller's streams used and cost. */
    @GET
    @Path("/streams/{id}/receipt")
    @Operation(summary = "Receipt of a stream")
    public Uni<Response> receipt(@PathParam("id") String id, RoutingContext context) {
        return Uni.createFrom()
                .completionStage(() -> callers.require(context, KeyScope.USAGE)
                        .compose(caller -> holds.receipt(StreamIds.parse(id), caller.payer()))
                        .toCompletionStage())
                .map(AccountResource::passOn);
    }

    private static Response passOn(ServiceAnswer answer) {
        return Response.ok(answer.body().getBytes(), MediaType.APPLICATION_JSON)
                .header("Cache-Control", "no-store")
                .build();
    }
}
