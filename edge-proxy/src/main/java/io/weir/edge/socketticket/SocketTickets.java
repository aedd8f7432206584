package io.weir.edge.socketticket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.identity.Caller;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.ticket.TicketKeys;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Issues and uses up socket tickets. A ticket is signed with the keys that all edges share, so that each of them can read it,
 * and is used up at the process that has issued it, which alone knows whether it has been used. Safe for any thread.
 */
@Singleton
public final class SocketTickets {
    /** Path of {@code POST} (issue) and {@code DELETE} (use up). */
    static final String PATH = "/api/chat/ws/ticket";
    /** Header with the ticket to use up. */
    static final String HEADER = "Weir-Socket-Ticket";

    private static final String AUDIENCE = "edge-socket";
    private static final String CLAIM = "weir";
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;

    private final SocketTicketConfig config;
    private final TicketKeys keys;
    private final ServiceCalls calls;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final JwtConsumer consumer;
    private final UnusedTickets unused;
    private final String self = UUID.randomUUID().toString();

    SocketTickets(
            SocketTicketConfig config, TicketKeys keys, ServiceCalls calls, ObjectMapper json, InstantSource clock) {
        this.config = config;
        this.keys = keys;
        this.calls = calls;
        this.json = json;
        this.clock = clock;
        this.unused = new UnusedTickets(config.unused(), config.unusedPerAccount());
        this.consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256)
                .setExpectedAudience(AUDIENCE)
                .setRequireExpirationTime()
                .setRequireJwtId()
                .setVerificationKeyResolver(keys)
                .build();
    }

    /** A ticket that was read: signed by an edge, and in time. */
    private record Ticket(String id, TicketPayload payload) {}

    /**
     * Issues a ticket for the caller's next socket.
     *
     * @throws ProblemException 429 or 503 where too many are unused
     */
    String issue(Caller caller) {
        Instant now = clock.instant();
        Instant until = now.plus(config.life());
        String id = UUID.randomUUID().toString();
        unused.add(id, caller.payer(), now, until);
        var payload = TicketPayload.of(caller, self, config.address().orElse(null));
        return Jwt.claims(Map.of(CLAIM, json.convertValue(payload, OBJECT), "jti", id))
                .audience(AUDIENCE)
                .expiresAt(until)
                .jws()
                .keyId(keys.signingId())
                .algorithm(SignatureAlgorithm.HS256)
                .sign(keys.signing());
    }

    /** How long a ticket opens its socket, in seconds. */
    long lifeSeconds() {
        return config.life().toSeconds();
    }

    /**
     * Uses a ticket up, wherever it was issued, on the caller's context; the caller that it was issued to. Fails with 401 for
     * one that is not, or no longer, good, and with 503 where the process that has issued it does not answer.
     */
    public Future<Caller> redeem(String text) {
        Ticket ticket = read(text);
        if (ticket == null) {
            return Future.failedFuture(notGood());
        }
        URI issuer = ticket.payload().address();
        if (self.equals(ticket.payload().issuer()) || issuer == null) {
            return unused.use(ticket.id())
                    ? Future.succeededFuture(ticket.payload().caller())
                    : Future.failedFuture(notGood());
        }
        return calls.call(Request.of(HttpMethod.DELETE, issuer.resolve(PATH)).with(HEADER, text))
                .recover(failure -> {
                    Log.warnf("socket ticket cannot be used up issuer=%s cause=%s", issuer, failure.getMessage());
                    return Future.failedFuture(away());
                })
                .map(answer -> switch (answer.status()) {
                    case NO_CONTENT -> ticket.payload().caller();
                    case NOT_FOUND -> throw notGood();
                    default -> throw away();
                });
    }

    /** Uses up a ticket of this very process; false if it was used before, or is none of its. */
    boolean use(String text) {
        Ticket ticket = read(text);
        return ticket != null && self.equals(ticket.payload().issuer()) && unused.use(ticket.id());
    }

    private @Nullable Ticket read(String text) {
        try {
            JwtClaims claims = consumer.processToClaims(text);
            JsonNode payload = json.readTree(claims.getRawJson()).path(CLAIM);
            TicketPayload read = json.treeToValue(payload, TicketPayload.class);
            return read == null ? null : new Ticket(String.valueOf(claims.getClaimValueAsString("jti")), read);
        } catch (InvalidJwtException | JsonProcessingException e) {
            return null;
        }
    }

    private static ProblemException notGood() {
        return new ProblemException(
                ProblemType.UNAUTHENTICATED, "The ticket has been used, has expired or is not valid; get another one.");
    }

    private static ProblemException away() {
        return new ProblemException(ProblemType.OVERLOADED, "The ticket cannot be checked right now; get another one.");
    }
}
