package io.weir.edge.holds;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.Json;
import io.weir.edge.wire.ServiceAnswer;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import io.weir.edge.wire.WireConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Metering, as the edge uses it. Failures are problems: what metering refuses, or 503 where it cannot be asked. */
@Singleton
@RegisterForReflection(
        targets = {
            ReserveRequest.class,
            ReserveReply.class,
            Price.class,
            CancelRequest.class,
            CancelReply.class,
            TicketClaims.class,
            AccountId.class,
            AgentName.class,
            SessionId.class,
            StreamId.class,
            TenantId.class
        })
public final class Holds {
    private static final int CREATED = 201;

    private final ServiceCalls calls;
    private final ObjectMapper json;
    private final URI metering;

    Holds(ServiceCalls calls, ObjectMapper json, WireConfig config) {
        this.calls = calls;
        this.json = json;
        this.metering = config.meteringUrl();
    }

    /** Holds credits for a stream. */
    public Future<Reservation> reserve(ReserveRequest request) {
        return ask(Request.post(metering.resolve("/v1/holds"), Json.bytes(json, request)))
                .map(this::reservation);
    }

    private Reservation reservation(ServiceAnswer answer) {
        if (!answer.ok()) {
            throw refusal(answer);
        }
        ReserveReply reply = read(answer, ReserveReply.class);
        return answer.status() == CREATED ? new Reservation.Held(reply) : new Reservation.Known(reply.streamId());
    }

    /** Gives an unclaimed hold back. Never fails. */
    public Future<Release> release(StreamId stream) {
        return calls.call(Request.of(HttpMethod.POST, hold(stream, "release")))
                .map(answer -> switch (answer.status()) {
                    case 409 -> Release.CLAIMED;
                    case 404 -> Release.RELEASED;
                    default -> answer.ok() ? Release.RELEASED : Release.UNKNOWN;
                })
                .recover(_ -> Future.succeededFuture(Release.UNKNOWN))
                .onSuccess(outcome -> Log.debugf("hold given back stream=%s outcome=%s", stream, outcome));
    }

    /** Stores a stop on the hold. Fails with 404 where the stream is unknown or another's. */
    public Future<CancelReply> cancel(StreamId stream, AccountId payer) {
        return ask(Request.post(hold(stream, "cancel"), Json.bytes(json, new CancelRequest(payer))))
                .map(answer -> read(expectOk(answer, "There is no such stream."), CancelReply.class));
    }

    /** The receipt of a stream, as metering wrote it. */
    public Future<ServiceAnswer> receipt(StreamId stream, AccountId payer) {
        URI target = metering.resolve("/v1/streams/" + stream + "/receipt?account=" + encoded(payer));
        return ask(Request.of(HttpMethod.GET, target)).map(answer -> expectOk(answer, "There is no such stream."));
    }

    /** The account's balance, as metering wrote it. */
    public Future<ServiceAnswer> account(AccountId payer) {
        return ask(Request.of(HttpMethod.GET, metering.resolve("/v1/accounts/" + encoded(payer))))
                .map(answer -> expectOk(answer, "There is no such account."));
    }

    private URI hold(StreamId stream, String verb) {
        return metering.resolve("/v1/holds/" + stream + "/" + verb);
    }

    private Future<ServiceAnswer> ask(Request request) {
        return calls.call(request).recover(failure -> {
            Log.warnf(
                    "metering did not answer path=%s cause=%s", request.target().getPath(), failure.getMessage());
            return Future.failedFuture(away());
        });
    }

    private static ServiceAnswer expectOk(ServiceAnswer answer, String missing) {
        if (answer.ok()) {
            return answer;
        }
        throw answer.status() == 404 ? new ProblemException(ProblemType.NOT_FOUND, missing) : away();
    }

    private ProblemException refusal(ServiceAnswer answer) {
        return switch (answer.status()) {
            case 402 ->
                answer.problem(json)
                        .filter(ProblemType.BUDGET_EXCEEDED::equals)
                        .map(type -> new ProblemException(
                                type, "The budget of the account or of the API key is used up. Nothing was started."))
                        .orElseGet(() -> new ProblemException(
                                ProblemType.INSUFFICIENT_CREDITS,
                                "The account has too little credit for this. Nothing was started."));
            case 403 -> new ProblemException(ProblemType.UNAUTHENTICATED, "The API key was revoked or has expired.");
            case 404 -> new ProblemException(ProblemType.NOT_FOUND, "There is no price for this agent.");
            case 409 ->
                new ProblemException(
                        ProblemType.KEY_REUSED, "This idempotency key was used with another request within 24 hours.");
            case 429 ->
                new ProblemException(
                        ProblemType.TOO_MANY_STREAMS,
                        "The account has too many open streams. Wait for one to end, or stop one.");
            default -> {
                Log.warnf("metering refused a reserve status=%d", answer.status());
                yield away();
            }
        };
    }

    private <T> T read(ServiceAnswer answer, Class<T> type) {
        try {
            return answer.as(json, type);
        } catch (IOException e) {
            Log.errorf(e, "metering sent no %s", type.getSimpleName());
            throw away();
        }
    }

    private static ProblemException away() {
        return new ProblemException(
                ProblemType.METERING_UNAVAILABLE,
                "Credits cannot be checked right now. Nothing was started; try again.");
    }

    private static String encoded(AccountId account) {
        return URLEncoder.encode(account.value(), StandardCharsets.UTF_8).replace("+", "%20");
    }
}
