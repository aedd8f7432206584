package io.weir.relay.shares;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.access.Callers;
import io.weir.relay.access.Callers.Owner;
import io.weir.relay.access.Share;
import io.weir.relay.access.ShareRight;
import io.weir.relay.problem.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** With whom a session is shared; asked by its owner, or by a service on the owner's behalf. */
@Path("/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
public class ShareResource {
    private static final Logger LOG = Logger.getLogger(ShareResource.class);

    private final Callers callers;
    private final ShareStore store;
    private final Shares shares;

    ShareResource(Callers callers, ShareStore store, Shares shares) {
        this.callers = callers;
        this.store = store;
        this.shares = shares;
    }

    /** Who else has the session. */
    @GET
    @Path("/{session}/shares")
    public Uni<ShareList> list(
            @PathParam("session") String session,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam(TenantId.HEADER) @Nullable String tenant,
            @HeaderParam(AccountId.HEADER) @Nullable String account) {
        return callers.owner(authorization, tenant, account)
                .chain(owner -> answered(store.ofSession(owner.tenant(), owner.account(), session(session))
                        .map(ShareList::new)));
    }

    /** Shares the session, or changes the right: {@code {"right": "view"}} or {@code "edit"}. Answers 204. */
    @PUT
    @Path("/{session}/shares/{with}")
    @Consumes(MediaType.WILDCARD)
    public Uni<Response> put(
            byte[] body,
            @PathParam("session") String session,
            @PathParam("with") String with,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam(TenantId.HEADER) @Nullable String tenant,
            @HeaderParam(AccountId.HEADER) @Nullable String account) {
        return callers.owner(authorization, tenant, account).chain(owner -> {
            ShareRight right = right(body)
                    .orElseThrow(() -> new ProblemException(ProblemType.MALFORMED, "The right must be view or edit"));
            return answered(shares.put(share(owner, session, with), right).map(ShareResource::shared));
        });
    }

    /** Shares the session no longer; whoever follows it by that share is sent away. Answers 204, also if it was not. */
    @DELETE
    @Path("/{session}/shares/{with}")
    public Uni<Response> revoke(
            @PathParam("session") String session,
            @PathParam("with") String with,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @HeaderParam(TenantId.HEADER) @Nullable String tenant,
            @HeaderParam(AccountId.HEADER) @Nullable String account) {
        return callers.owner(authorization, tenant, account)
                .chain(owner -> answered(shares.revoke(share(owner, session, with))))
                .replaceWith(Response.noContent().build());
    }

    private static Response shared(boolean done) {
        if (!done) {
            throw new ProblemException(ProblemType.CONFLICT, "The session is shared with too many accounts");
        }
        return Response.noContent().build();
    }

    private static Optional<ShareRight> right(byte[] body) {
        try {
            return Optional.ofNullable(new JsonObject(Buffer.buffer(body)).getValue("right"))
                    .flatMap(right -> ShareRight.ofWire(String.valueOf(right)));
        } catch (DecodeException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static Share share(Owner owner, String session, String with) {
        try {
            var account = new AccountId(with);
            if (account.equals(owner.account())) {
                throw new ProblemException(ProblemType.MALFORMED, "A session is its owner's already");
            }
            return new Share(owner.tenant(), owner.account(), session(session), account);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.MALFORMED, "This is no account");
        }
    }

    private static SessionId session(String text) {
        try {
            return new SessionId(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.MALFORMED, "This is no session id");
        }
    }

    private static <T> Uni<T> answered(Uni<T> answer) {
        return answer.onFailure(failure -> !(failure instanceof ProblemException))
                .transform(failure -> {
                    LOG.warnf(
                            "shares cannot be used cause=%s", failure.getClass().getSimpleName());
                    return new ProblemException(ProblemType.RELAY_UNAVAILABLE, "Shares cannot be used right now");
                });
    }
}
