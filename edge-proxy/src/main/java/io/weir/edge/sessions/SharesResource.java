package io.weir.edge.sessions;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.ServiceAnswer;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** With whom the caller's conversations are shared. The other side follows {@code session:{id}@{owner}}. */
@Path("/api/sessions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "sessions")
public class SharesResource {
    private static final int MAX_BODY = 1024;

    private final Callers callers;
    private final Sharing sharing;

    SharesResource(Callers callers, Sharing sharing) {
        this.callers = callers;
        this.sharing = sharing;
    }

    /** Who else has the session. */
    @GET
    @Path("/{id}/shares")
    @Operation(summary = "Accounts that a session is shared with")
    public Uni<Response> list(@PathParam("id") String id, RoutingContext context) {
        return asked(context, caller -> sharing.list(caller, id))
                .map(answer -> Response.ok(answer.body().getBytes(), MediaType.APPLICATION_JSON)
                        .header("Cache-Control", "no-store")
                        .build());
    }

    /** Shares the session, or changes the right. */
    @PUT
    @Path("/{id}/shares/{account}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Share a session: {\"right\": \"view\"} or \"edit\"")
    public Uni<Response> put(
            @PathParam("id") String id, @PathParam("account") String account, byte[] body, RoutingContext context) {
        if (body.length > MAX_BODY) {
            throw new ProblemException(ProblemType.TOO_LARGE, "Send {\"right\":\"view\"} or \"edit\".");
        }
        return asked(context, caller -> sharing.put(caller, id, account, body)).map(_ -> done());
    }

    /** Shares the session no longer. */
    @DELETE
    @Path("/{id}/shares/{account}")
    @Operation(summary = "Share a session no longer")
    public Uni<Response> revoke(
            @PathParam("id") String id, @PathParam("account") String account, RoutingContext context) {
        return asked(context, caller -> sharing.revoke(caller, id, account)).map(_ -> done());
    }

    private Uni<ServiceAnswer> asked(RoutingContext context, Function<Caller, Future<ServiceAnswer>> question) {
        return Uni.createFrom().completionStage(() -> callers.require(context, KeyScope.SESSIONS)
                .compose(question)
                .toCompletionStage());
    }

    private static Response done() {
        return Response.noContent().build();
    }
}
