package io.weir.metering.keys;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.access.Caller;
import io.weir.metering.accounts.AccountPath;
import io.weir.metering.answer.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
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

/** API keys. */
@Path("/v1/accounts/{account}/keys")
@Tag(name = "keys")
@Produces(MediaType.APPLICATION_JSON)
@RegisterForReflection(targets = {KeyRequest.class, KeyView.class, KeyScope.class})
public class KeysResource {
    private static final int MAX_NAME = 100;

    private final ApiKeys keys;
    private final Caller caller;
    private final InstantSource clock = InstantSource.system();

    KeysResource(ApiKeys keys, Caller caller) {
        this.keys = keys;
        this.caller = caller;
    }

    /**
     * Keys of one account.
     *
     * @param keys newest first, at most 200; revoked ones too
     */
    public record KeyList(List<KeyView> keys) {
        public KeyList {
            keys = List.copyOf(keys);
        }
    }

    /** Opens a key. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    @Operation(summary = "Open an API key", description = "The key is in this answer and can never be read again.")
    @RequestBody(
            content =
                    @Content(
                            schema = @Schema(implementation = KeyRequest.class),
                            examples =
                                    @ExampleObject(
                                            name = "for a nightly job",
                                            value = "{\"name\":\"nightly report\",\"scopes\":[\"chat\",\"usage\"],"
                                                    + "\"expiresAt\":\"2027-12-31T00:00:00Z\"}")))
    @APIResponse(
            responseCode = "201",
            description = "opened",
            content =
                    @Content(
                            schema = @Schema(implementation = KeyView.class),
                            examples =
                                    @ExampleObject(
                                            name = "opened",
                                            value = "{\"keyId\":\"0a1f7f60-6f0c-4b7e-8a52-9d9f4f9b7f10\","
                                                    + "\"key\":\"wk_Jm0uYx3c1pR7nQ2sV5tW8zA4bD6eF9gH0iK1lM2oN3q\","
                                                    + "\"name\":\"nightly report\",\"hint\":\"wk_Jm0uYx\","
                                                    + "\"scopes\":[\"chat\",\"usage\"],\"createdBy\":\"alice\","
                                                    + "\"createdAt\":\"2026-12-01T09:30:00Z\"}")))
    @APIResponse(responseCode = "409", description = "the account has as many keys as it may have")
    public Uni<Response> create(@PathParam("account") String account, @Nullable KeyRequest request) {
        var of = AccountPath.parse(account);
        caller.mustAct(of);
        if (request == null) {
            throw ProblemException.malformed("The body is missing.");
        }
        Set<KeyScope> scopes = request.scopes() == null ? Set.of(KeyScope.CHAT) : request.scopes();
        if (scopes.isEmpty()) {
            throw ProblemException.malformed("scopes must not be empty.");
        }
        return keys.create(of, name(request), scopes, expiry(request), caller.isService() ? of.value() : caller.name())
                .map(outcome -> Response.status(201)
                        .header("Cache-Control", "no-store")
                        .entity(outcome.orProblem())
                        .build());
    }

    /** Lists keys. */
    @GET
    @Authenticated
    @Operation(summary = "Keys of an account, newest first; never the keys themselves")
    public Uni<KeyList> list(@PathParam("account") String account) {
        var of = AccountPath.parse(account);
        caller.mustRead(of);
        return keys.list(of).map(KeyList::new);
    }

    /** Revokes a key. */
    @DELETE
    @Path("/{key}")
    @Authenticated
    @Operation(
            summary = "Revoke an API key",
            description = "It starts nothing any more at once; edges may let it read for up to 30 s. Repeating it"
                    + " changes nothing. What it started goes on.")
    @APIResponse(responseCode = "204", description = "revoked, now or before")
    @APIResponse(responseCode = "404", description = "the account has no such key")
    public Uni<Void> revoke(@PathParam("account") String account, @PathParam("key") String key) {
        var of = AccountPath.parse(account);
        caller.mustAct(of);
        return keys.revoke(of, keyId(key)).invoke(KeysResource::mustExist).replaceWithVoid();
    }

    private static String name(KeyRequest request) {
        String name = request.name();
        if (name == null || name.isBlank() || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
            throw ProblemException.malformed("name must have 1 to " + MAX_NAME + " characters.");
        }
        return name;
    }

    private @Nullable Instant expiry(KeyRequest request) {
        Instant expires = request.expiresAt();
        if (expires != null && !expires.isAfter(clock.instant())) {
            throw ProblemException.malformed("expiresAt must be in the future.");
        }
        return expires;
    }

    /** The key that a path segment or query names; what is no id names none. */
    public static UUID keyId(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw unknown();
        }
    }

    private static void mustExist(boolean known) {
        if (!known) {
            throw unknown();
        }
    }

    static ProblemException unknown() {
        return new ProblemException(ProblemType.NOT_FOUND, "No such key.");
    }
}
