package io.weir.relay.conversation;

import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.access.Callers;
import io.weir.relay.access.Callers.Owner;
import io.weir.relay.access.Share;
import io.weir.relay.problem.ProblemException;
import io.weir.relay.shares.Shares;
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

/** An account's sessions, those that others share with it, and what was said in them. */
@Path("/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
public class SessionResource {
    private static final Logger LOG = Logger.getLogger(SessionResource.class);
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final Callers callers;
    private final MessageStore store;
    private final Shares shares;

    SessionResource(Callers callers, MessageStore store, Shares shares) {
        this.callers = callers;
        this.shares = shares;
        this.store = store;
    }

    /** The sessions, most recently used first; one that somebody else shares has {@code owner} and {@code right}. */
    @GET
    public Uni<SessionList> sessions(
            @QueryParam("limit") @Nullable String limit,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam(TenantId.HEADER) @Nullable String tenant,
            @HeaderParam(AccountId.HEADER) @Nullable String account) {
        return callers.owner(authorization, tenant, account)
                .chain(owner -> answered(store.sessions(owner, limit(limit))));
    }

    /**
     * The messages of one session, newest first. A session that nobody has spoken in is empty.
     *
     * @param of whose session it is; the caller's own without it. 404 where they do not share it with the caller
     */
    @GET
    @Path("/{session}/messages")
    public Uni<MessageList> messages(
            @PathParam("session") String session,
            @QueryParam("owner") @Nullable String of,
            @QueryParam("before") @Nullable String before,
            @QueryParam("limit") @Nullable String limit,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam(TenantId.HEADER) @Nullable String tenant,
            @HeaderParam(AccountId.HEADER) @Nullable String account) {
        return callers.owner(authorization, tenant, account)
                .chain(caller -> answered(shared(caller, session(session), of)
                        .chain(owner -> store.messages(
                                owner, session(session), number("before", before, Long.MAX_VALUE), limit(limit)))));
    }

    /** Whose session is read: the caller's, or that of somebody who shares it with the caller. */
    private Uni<Owner> shared(Owner caller, SessionId session, @Nullable String of) {
        if (of == null || of.equals(caller.account().value())) {
            return Uni.createFrom().item(caller);
        }
        var owner = new Owner(caller.tenant(), account(of));
        return shares.rightOf(new Share(caller.tenant(), owner.account(), session, caller.account()))
                .map(right -> {
                    if (right.isEmpty()) {
                        throw new ProblemException(ProblemType.NOT_FOUND, "There is no such session");
                    }
                    return owner;
                });
    }

    private static AccountId account(String text) {
        try {
            return new AccountId(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.MALFORMED, "owner is no account");
        }
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
