package io.weir.edge.sessions;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.keys.KeyScope;
import io.weir.edge.identity.Callers;
import io.weir.edge.wire.ServiceAnswer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The caller's conversations, and those that others share with the caller. */
@Path("/api/sessions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "sessions")
public class SessionsResource {
    private final Callers callers;
    private final Conversations conversations;

    SessionsResource(Callers callers, Conversations conversations) {
        this.callers = callers;
        this.conversations = conversations;
    }

    /** Sessions, the one with the newest message first. */
    @GET
    @Operation(summary = "The caller's sessions and those shared with the caller (owner, right), newest first")
    public Uni<Response> sessions(@QueryParam("limit") @Nullable String limit, RoutingContext context) {
        return Uni.createFrom()
                .completionStage(() -> callers.require(context, KeyScope.SESSIONS)
                        .compose(caller -> conversations.sessions(caller, limit))
                        .toCompletionStage())
                .map(SessionsResource::passOn);
    }

    /** Messages of a session, newest first, a page at a time. */
    @GET
    @Path("/{id}/messages")
    @Operation(summary = "Messages of a session, newest first; with owner: of a session that is shared with the caller")
    public Uni<Response> messages(
            @PathParam("id") String id,
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("before") @Nullable String before,
            @QueryParam("limit") @Nullable String limit,
            RoutingContext context) {
        return Uni.createFrom()
                .completionStage(() -> callers.require(context, KeyScope.SESSIONS)
                        .compose(caller -> conversations.messages(caller, id, owner, before, limit))
                        .toCompletionStage())
                .map(SessionsResource::passOn);
    }

    private static Response passOn(ServiceAnswer answer) {
        return Response.ok(answer.body().getBytes(), MediaType.APPLICATION_JSON)
                .header("Cache-Control", "no-store")
                .build();
    }
}
