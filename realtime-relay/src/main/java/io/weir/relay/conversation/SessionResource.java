package io.weir.relay.conversation;

import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.access.Callers;
import io.weir.relay.problem.ProblemException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** An account's sessions and what was said in them. */
@Path("/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
public class SessionResource {
    private static final Logger LOG = Logger.getLogger(SessionResource.class);
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final Callers callers;
    private final MessageStore store;

    SessionResource(Callers callers, MessageStore store) {
        this.callers = callers;
        this.store = store;
    }

    /** The sessions, most recently used first. */
    @GET
    public Uni<SessionList> sessions(
            @QueryParam("limit") @Nullable String limit,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam(Callers.TENANT_HEADER) @Nullable String tenant,
            @HeaderParam(Callers.ACCOUNT_HEADER) @Nullable String account) {
        return callers.owner(authorization, tenant, account)
                .chain(owner -> answered(store.sessions(owner, limit(limit))));
    }

    /** The messages of one session, newest first. A session that nobody has spoken in is empty. */
    @GET
    @Path("/{session}/messages")
    public Uni<MessageList> messages(
            @PathParam("session") String session,
            @QueryParam("before") @Nullable String before,
            @QueryParam("limit") @Nullable String limit,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam(Callers.TENANT_HEADER) @Nullable String tenant,
            @HeaderParam(Callers.ACCOUNT_HEADER) @Nullable String account) {
        return callers.owner(authorization, tenant, account)
                .chain(owner -> answered(store.messages(
                        owner, session(session), number("before", before, Long.MAX_VALUE), limit(limit))));
    }

    private static <T> Uni<T> answered(Uni<T> answer) {
        return answer.onFailure(failure -> !(failure instanceof ProblemException))
                .transform(failure -> {
                    LOG.warnf(
                            "messages cannot be read cause=%s",
                            failure.getClass().getSimpleName());
                    return new ProblemException(ProblemType.RELAY_UNAVAILABLE, "The history cannot be read right now");
                });
    }

    private static SessionId session(String text) {
        try {
            return new SessionId(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.MALFORMED, "This is no session id");
        }
    }

    private static int limit(@Nullable String text) {
        return Math.toIntExact(Math.clamp(number("limit", text, DEFAULT_LIMIT), 1, MAX_LIMIT));
    }

    private static long number(String name, @Nullable String text, long otherwise) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemType.MALFORMED, name + " must be a whole number");
        }
    }
}
